// The audit log as text: JSON Lines with all that another program needs to verify it, and CSV, which a spreadsheet opens.
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { exportRows } from '../http/row-export.ts'
import { AuditEntry } from './audit-entry.ts'
import { AuditSegment } from './audit-segment.ts'
import { AuditHead } from './audit-table.ts'
import { type LogLine, seqOfLine } from './log-lines.ts'

/** A line of the export. Pages one after the other are one log. */
export const ExportedLine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('log'), tenantId: z.string(), at: z.iso.datetime() }),
  z.strictObject({ kind: z.literal('head'), head: AuditHead }),
  z.strictObject({ kind: z.literal('segment'), segment: AuditSegment }),
  z.strictObject({ kind: z.literal('anchor'), anchor: AuditHead }),
  z.strictObject({ kind: z.literal('entry'), entry: AuditEntry }),
  z.strictObject({
    kind: z.literal('damaged'),
    of: z.enum(['head', 'anchor', 'entry']),
    rowKey: z.string(),
    digest: z.string(),
  }),
])

/**
 * @param page.fromSeq where the page before ended; the first page has what stands at the top as well
 * @param page.limit of numbers of the log
 * @returns the text, and where the next page begins
 */
export const exportLines = async (
  lines: AsyncIterable<LogLine>,
  { fromSeq, limit }: { readonly fromSeq?: number | undefined; readonly limit: number },
): Promise<{ readonly text: string; readonly nextSeq?: number }> => {
  const texts: string[] = []
  const seqs = new Set<number>()
  for await (const line of lines) {
    const seq = seqOfLine(line)
    if (seq !== undefined && seqs.size === limit && !seqs.has(seq)) return { text: texts.join(''), nextSeq: seq }
    if (seq !== undefined) seqs.add(seq)
    if (fromSeq === undefined || !['log', 'head', 'segment'].includes(line.kind))
      texts.push(`${JSON.stringify(line)}\n`)
  }
  return { text: texts.join('') }
}

/**
 * The lines of such a file. An export is recorded in the log before it is made, so that each has an entry: nothing would be wrong in a file
 * without one.
 * @throws Error that names the line which is none, or says that the file is not the whole export of this organization
 */
export async function* linesOf(
  texts: AsyncIterable<string> | Iterable<string>,
  tenantId: string,
): AsyncGenerator<LogLine> {
  let number = 0
  let [isBegun, hasRows] = [false, false]
  for await (const text of texts) {
    number += 1
    if (text.trim() === '') continue
    const line = parsedLine(text, number)
    if (!isBegun) requireBeginning(line, tenantId)
    isBegun = true
    hasRows ||= line.kind !== 'log' && line.kind !== 'segment'
    yield line
  }
  if (!hasRows) throw notWhole('The file has no entry of a log')
}

const requireBeginning = (line: LogLine, tenantId: string): void => {
  if (line.kind !== 'log') throw notWhole('The file does not begin with the first page of an export')
  if (line.tenantId !== tenantId)
    throw new AppError('malformed-request', `The file is the log of ${line.tenantId}, not of ${tenantId}.`)
}

const notWhole = (what: string): AppError =>
  new AppError('malformed-request', `${what}. Export the log anew, from its first page on.`)

const parsedLine = (text: string, number: number): LogLine => {
  try {
    return ExportedLine.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('malformed-request', `Line ${number} is none of an exported audit log.`, { cause })
  }
}

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
export const csvOf = (entries: readonly AuditEntry[]): Promise<string> =>
  exportRows(
    'csv',
    columns,
    entries.map(({ subjects, facts, ...entry }) => ({
      ...entry,
      // One id stands for itself; a list is one for whoever reads it, whatever the ids hold.
      subjects: subjects?.length === 1 ? subjects[0] : subjects && JSON.stringify(subjects),
      facts: facts && JSON.stringify(facts),
    })),
  )
