// The audit log as text: JSON Lines, which another program verifies, and CSV, which a spreadsheet opens.
import type { AuditEntry } from './audit-entry.ts'

export type AuditFormat = 'jsonl' | 'csv'

const columns = [
  'seq',
  'at',
  'action',
  'outcome',
  'actor',
  'subjects',
  'operation',
  'address',
  'correlationId',
  'facts',
  'entryId',
  'previousHash',
  'hash',
] as const

/** @param entries of one page, newest first, as they are kept */
export const exportEntries = async (format: AuditFormat, entries: readonly AuditEntry[]): Promise<string> => {
  if (format === 'jsonl') return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
  const { stringify } = await import('csv-stringify/sync')
  // What begins like a formula is none for a spreadsheet (OWASP, CSV injection).
  return stringify(
    entries.map(({ subjects, facts, ...entry }) => ({
      ...entry,
      // One id stands for itself; a list is one for whoever reads it, whatever the ids hold.
      subjects: subjects?.length === 1 ? subjects[0] : subjects && JSON.stringify(subjects),
      facts: facts && JSON.stringify(facts),
    })),
    { header: true, columns: [...columns], escape_formulas: true, record_delimiter: 'windows' },
  )
}
