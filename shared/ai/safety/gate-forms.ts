// Writes what is left of a piece: as Markdown that no program reads as more than it is, or as plain text in which nothing becomes a link.
import { withoutBareDomains } from './bare-domains.ts'
import type { LinkRules } from './context-links.ts'
import { hasForeignLink, removedLink, withoutForeignLinks } from './foreign-words.ts'
import type { Piece } from './gate-pieces.ts'
import { type InlinePart, inlinePartsOf } from './inline-parts.ts'
import { visibleText } from './visible-text.ts'

/** `text`: for products that show text and make links of it by themselves, and that may read it as HTML. */
export type GateForm = 'markdown' | 'text'

export type PieceRules = {
  readonly links: LinkRules
  readonly form: GateForm
  /** Delimiters of the prompt have it: a word with it is left out. */
  readonly seal?: string | undefined
  readonly restore?: ((text: string) => string) | undefined
}

export const removedWord = '(text removed)'

export const writtenPiece = (piece: Piece, rules: PieceRules): string => {
  switch (piece.kind) {
    case 'blank':
      return piece.text
    case 'overlong':
      return removedWord
    case 'fence':
      return rules.form === 'text' ? '' : piece.fence + piece.language
    case 'code':
      return codeWord(readable(piece.text, rules), rules)
    case 'words':
      return words(readable(piece.text, rules), rules)
  }
}

const readable = (text: string, { seal, restore }: PieceRules): string => {
  const seen = visibleText(text)
  const restored = restore ? visibleText(restore(seen)) : seen
  return seal !== undefined && restored.includes(seal)
    ? restored.replace(/\S+/gu, (word) => (word.includes(seal) ? '' : word))
    : restored
}

/** A word that only a fence has would end the block for a reader of Markdown. */
const codeWord = (text: string, { links, form }: PieceRules): string => {
  if (/^\s*(?:`{3,}|~{3,})\s*$/.test(text)) return ''
  const checked = withoutForeignLinks(text, links)
  return form === 'text' ? plain(checked, links) : checked
}

/** Nothing in it is written differently in Markdown, and none of it can be part of a link. */
const isHarmless = (text: string): boolean => /^[A-Za-z0-9,;?'"()*_#|+=$^{}-]*[.]?$/.test(text) && !/www/i.test(text)

const words = (text: string, rules: PieceRules): string => {
  if (isHarmless(text)) return rules.form === 'text' ? withoutEmphasis(text) : text
  const parts = inlinePartsOf(text, rules.links)
  return rules.form === 'markdown' ? asMarkdown(parts, rules.links) : asText(parts, rules.links)
}

const asMarkdown = (parts: readonly InlinePart[], links: LinkRules): string => {
  const checked = parts.map((part) =>
    part.kind === 'link' ? part : { ...part, text: withoutForeignLinks(part.text, links) },
  )
  // What no part is by itself, two of them may be together once they are shown.
  const shown = checked.map((part) => (part.kind === 'link' ? part.label : part.text)).join('')
  if (checked.length > 1 && hasForeignLink(withoutSelf(checked, shown), links)) return removedLink
  return checked
    .map((part, at) => {
      if (part.kind === 'link') return linkAsMarkdown(part.href, honestLabel(part.label, part.href, links))
      return part.kind === 'code' ? codeAsMarkdown(part.text) : escaped(part.text, at + 1 < checked.length)
    })
    .join('')
}

/** A label that is its own link is none besides it. */
const withoutSelf = (parts: readonly InlinePart[], shown: string): string =>
  parts.reduce((text, part) => (part.kind === 'link' ? text.replace(part.href, ' ') : text), shown)

/** A label that names another place than the link leads to is not shown. */
const honestLabel = (label: string, href: string, links: LinkRules): string | undefined => {
  const text = label.trim()
  if (text === '' || text === href || hasForeignLink(text, links) || /[\p{L}\p{N}][.。．｡]\p{L}{2}|@|:\/\//u.test(text))
    return undefined
  return text
}

const linkAsMarkdown = (href: string, label: string | undefined): string => {
  const target = href.replaceAll('|', '%7C')
  if (label === undefined) return `<${target}>`
  return `[${escaped(label, true).replaceAll('|', '\\|')}](${/[()]/.test(target) ? `<${target}>` : target})`
}

/** In a row of a table, a bar ends the cell and with it the code: what would be read anew then is written as text. */
const codeAsMarkdown = (code: string): string => {
  if (code.includes('|') && /[[\]<&\\]/.test(code)) return escaped(code, true)
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^`|`$|^ .* $/.test(code) ? ' ' : ''
  return fence + pad + code + pad + fence
}

/** @param isFollowed by a part that is no text */
const escaped = (text: string, isFollowed: boolean): string =>
  text.replace(/\\[!-/:-@[-`{-~]|\\$|[[\]`]|<(?=[A-Za-z/!?])|!(?=\[|$)|&(?=#?\w{1,40};)|~{3,}/g, (found) => {
    if (found === '\\') return isFollowed ? '\\\\' : found
    if (found.startsWith('\\') || (found === '!' && !isFollowed)) return found
    return found.replace(/./g, '\\$&')
  })

const asText = (parts: readonly InlinePart[], links: LinkRules): string => {
  let written = ''
  let run = ''
  let isAfterLink = false
  const takeRun = (): void => {
    const text = plain(withoutForeignLinks(withoutEmphasis(run), links), links)
    // Else it would be read as more of the link before it.
    written += (isAfterLink && !/^\)?[.,;:!?]?(?:\s|$)/.test(text) ? ' ' : '') + text
    run = ''
    isAfterLink = false
  }
  for (const part of parts) {
    if (part.kind === 'link') {
      takeRun()
      const label = honestLabel(part.label, part.href, links)
      const apart = written === '' || /[\s([]$/.test(written) ? '' : ' '
      written += apart + (label === undefined ? part.href : `${plain(withoutEmphasis(label), links)} (${part.href}) `)
      isAfterLink = label === undefined
    } else run += part.kind === 'text' ? part.text.replace(/\\([!-/:-@[-`{-~])/g, '$1') : part.text
  }
  takeRun()
  return written.replace(/\) (?=[.,;:!?)]|$)/g, ')')
}

const withoutEmphasis = (text: string): string => text.replace(/\*\*|(?<![\w_])__(?=\w)|(?<=\w)__(?![\w_])/g, '')

/** A product that reads HTML finds no tag in it. */
const plain = (text: string, links: LinkRules): string =>
  withoutBareDomains(text, links).replace(/<(?=[A-Za-z/!?])/g, '‹')
