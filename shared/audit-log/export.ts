// The audit log as text: JSON Lines, which another program verifies, and CSV, which a spreadsheet opens.
import { type ExportFormat, exportRows } from '../http/row-export.ts'
import type { AuditEntry } from './audit-entry.ts'

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
export const exportEntries = async (format: ExportFormat, entries: readonly AuditEntry[]): Promise<string> => {
  if (format === 'jsonl') return exportRows(format, columns, entries)
  return exportRows(
    format,
    columns,
    entries.map(({ subjects, facts, ...entry }) => ({
      ...entry,
      // One id stands for itself; a list is one for whoever reads it, whatever the ids hold.
      subjects: subjects?.length === 1 ? subjects[0] : subjects && JSON.stringify(subjects),
      facts: facts && JSON.stringify(facts),
    })),
  )
}
