// Text that is safe in HTML, as content and in quoted attributes, and tables of it.

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** Text, which is escaped, or HTML, which is taken as it stands. */
type Cell = string | { readonly html: string }

type Table = {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** Said instead of a table without rows. */
  readonly none: string
  /** All of them when left out. */
  readonly rowsMax?: number
}

export const htmlTable = ({ heads, rows, none, rowsMax = rows.length }: Table): string => {
  if (rows.length === 0) return `<p>${escapeHtml(none)}</p>`
  const shown = rows.slice(0, rowsMax).map((cells) => line('td', cells))
  const rest = rows.length > rowsMax ? `<p>And ${rows.length - rowsMax} more.</p>` : ''
  return `<table>${line('th', heads)}${shown.join('\n')}</table>${rest}`
}

const line = (tag: 'th' | 'td', cells: readonly Cell[]): string => {
  const texts = cells.map((cell) => (typeof cell === 'string' ? escapeHtml(cell) : cell.html))
  return `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`
}
