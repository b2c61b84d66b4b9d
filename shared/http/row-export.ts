// Rows as text for other programs: JSON Lines, and CSV, which a spreadsheet opens.

export type ExportFormat = 'jsonl' | 'csv'

/** @param columns of the CSV, in their order; JSON Lines has the rows as they are */
export const exportRows = async (
  format: ExportFormat,
  columns: readonly string[],
  rows: readonly object[],
): Promise<string> => {
  if (format === 'jsonl') return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const { stringify } = await import('csv-stringify/sync')
  // What begins like a formula is none for a spreadsheet (OWASP, CSV injection).
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: 'windows',
  })
}
