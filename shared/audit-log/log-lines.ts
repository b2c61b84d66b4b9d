// The audit log of a tenant as lines, newest first: what is exported, and what is verified, from the tables and from a file alike.
import type { Found } from '../store/page.ts'
import type { Store } from '../store/store.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { AuditSegment } from './audit-segment.ts'
import { type AuditHead, auditAnchorTable, auditLogTable, newestSeqFirst, seqInKey } from './audit-table.ts'

/** A row that is none of the suite's: what can be said of it. */
type Damage = {
  readonly kind: 'damaged'
  readonly of: 'head' | 'anchor' | 'entry'
  readonly rowKey: string
  readonly digest: string
}

/** First the log and its head, then the records of repairs, then anchors and entries, an anchor before the entry of its number. */
export type LogLine =
  | { readonly kind: 'log'; readonly tenantId: string; readonly at: string }
  | { readonly kind: 'head'; readonly head: AuditHead }
  | { readonly kind: 'segment'; readonly segment: AuditSegment }
  | { readonly kind: 'anchor'; readonly anchor: AuditHead }
  | { readonly kind: 'entry'; readonly entry: AuditEntry }
  | Damage

type Input = {
  readonly store: Store
  readonly tenantId: string
  readonly now: Date
  readonly fromSeq?: number | undefined
}

/** The number that a line stands under; undefined for what has none. */
export const seqOfLine = (line: LogLine): number | undefined => {
  if (line.kind === 'entry') return line.entry.seq
  if (line.kind === 'anchor') return line.anchor.seq
  return line.kind === 'damaged' ? seqInKey(line.rowKey) : undefined
}

/**
 * @param input.fromSeq goes on from there: without what stands above it
 * Entries that are written meanwhile are not among them.
 */
export async function* logLines({ store, tenantId, now, fromSeq }: Input): AsyncGenerator<LogLine> {
  const rows = store.open(auditLogTable)
  // These first: a head that is read after them is never older.
  const anchorsAbove = fromSeq === undefined ? await topOf(store, tenantId, 'anchor') : []
  const entriesAbove = fromSeq === undefined ? await topOf(store, tenantId, 'entry') : []
  yield { kind: 'log', tenantId, at: now.toISOString() }
  const [found] = (await rows.head.listFound({ tenantId }, { limit: 1 })).found
  if (found) yield headLine(found)
  for await (const segment of rows.segment.eachFound({ tenantId }))
    if (segment.row) yield { kind: 'segment', segment: segment.row.value }
  const from = fromSeq ?? found?.row?.value.seq
  const isAbove = (line: LogLine): boolean => from !== undefined && (seqOfLine(line) ?? Infinity) > from
  yield* anchorsAbove.filter(isAbove)
  yield* entriesAbove.filter(isAbove)
  yield* merged(eachLine(store, tenantId, 'anchor', from), eachLine(store, tenantId, 'entry', from))
}

/** More rows than these above the head are not looked at one by one. */
const aboveMax = 200

const topOf = async (store: Store, tenantId: string, of: 'anchor' | 'entry'): Promise<readonly LogLine[]> => {
  const lines: LogLine[] = []
  for await (const line of eachLine(store, tenantId, of)) if (lines.push(line) === aboveMax) break
  return lines
}

const headLine = (found: Found<AuditHead>): LogLine =>
  found.row
    ? { kind: 'head', head: found.row.value }
    : { kind: 'damaged', of: 'head', rowKey: found.rowKey, digest: found.digest }

async function* eachLine(
  store: Store,
  tenantId: string,
  of: 'anchor' | 'entry',
  fromSeq?: number,
): AsyncGenerator<LogLine> {
  const range = {
    pageSize: of === 'entry' ? 1_000 : 100,
    ...(fromSeq !== undefined && { from: [newestSeqFirst(fromSeq)] }),
  }
  if (of === 'entry')
    for await (const { rowKey, ...found } of store.open(auditLogTable).entry.eachFound({ tenantId }, range))
      yield found.row
        ? { kind: 'entry', entry: found.row.value }
        : { kind: 'damaged', of, rowKey, digest: found.digest }
  else
    for await (const { rowKey, ...found } of store.open(auditAnchorTable).anchor.eachFound({ tenantId }, range))
      yield found.row
        ? { kind: 'anchor', anchor: found.row.value }
        : { kind: 'damaged', of, rowKey, digest: found.digest }
}

/** By their numbers, the highest first; of the same number, anchors first. */
async function* merged(anchors: AsyncGenerator<LogLine>, entries: AsyncGenerator<LogLine>): AsyncGenerator<LogLine> {
  let [anchor, entry] = [await anchors.next(), await entries.next()]
  while (!entry.done) {
    const isAnchorNext = !anchor.done && (seqOfLine(anchor.value) ?? Infinity) >= (seqOfLine(entry.value) ?? Infinity)
    if (isAnchorNext && !anchor.done) {
      yield anchor.value
      anchor = await anchors.next()
    } else {
      yield entry.value
      entry = await entries.next()
    }
  }
  // Of those below the oldest entry, the newest: it says whether something went before its time.
  if (!anchor.done) yield anchor.value
}
