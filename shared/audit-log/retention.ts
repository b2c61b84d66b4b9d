// Cuts off what is older than 13 months, from the oldest on. The head says first where the log begins from then on: when the work ends in
// between, what is left before the beginning belongs to nothing, and the next run deletes it.
import { AppError, isAppError } from '../errors.ts'
import type { Row, Store } from '../store/store.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import { type AuditEntry, isUnchanged } from './audit-entry.ts'
import { type AuditSegment, hashOfSegment, vouchedSegments } from './audit-segment.ts'
import { type AuditHead, auditLogTable, keptDays, newestSeqFirst } from './audit-table.ts'
import { type HeadKeys, damagedLog, signHead } from './head-signature.ts'
import { aheadMsMax } from './log-clock.ts'
import { readHead } from './log-head.ts'

type Input = {
  readonly store: Store
  readonly tenantId: string
  readonly keys: HeadKeys
  readonly now: Date
  /** Entries that are looked at, and deleted, at the most; the rest waits for the next run. */
  readonly entriesMax: number
  readonly signal: AbortSignal
}

/**
 * @returns how many entries were deleted
 * @throws AppError `audit-log-damaged` when the head or an entry on the way is not what it was, and no repair has named it: such a log is for
 * the verifier, not to be cut
 */
export const cutAuditLog = async (input: Input): Promise<number> => {
  const head = await retryOnConflict(async () => {
    const current = await readHead(input.store, input.tenantId, input.keys)
    return current && moveBeginning(input, current)
  })
  return head ? deleteBefore(input, head.firstSeq) : 0
}

const moveBeginning = async (input: Input, head: Row<AuditHead>): Promise<AuditHead> => {
  const rows = input.store.open(auditLogTable).head
  const first = await firstToKeep(input, head.value).catch(async (error: unknown): Promise<never> => {
    const present = await rows.get({ tenantId: input.tenantId })
    // Another run has cut it off meanwhile.
    if (isAppError(error, 'audit-log-damaged') && present?.etag !== head.etag)
      throw new AppError('conflict', 'The audit log was written to while it was read.', { cause: error })
    throw error
  })
  if (first.seq === head.value.firstSeq) return head.value
  const next = { ...head.value, firstSeq: first.seq, firstPreviousHash: first.previousHash }
  return (await rows.update(head, signHead(next, input.keys))).value
}

/**
 * Goes from the beginning and verifies each entry on the way: what was tampered with is never deleted with its traces. The last entry
 * always stays. A time that lies ahead says nothing: then the entries after it tell how old it is.
 */
const firstToKeep = async (input: Input, head: AuditHead): Promise<AuditEntry> => {
  const { now, entriesMax, signal } = input
  const before = now.getTime() - keptDays * 86_400_000
  const ahead = now.getTime() + aheadMsMax
  let undated: AuditEntry | undefined
  for await (const entry of oldestFirst(input, head)) {
    const at = Date.parse(entry.at)
    if (at > ahead) undated ??= entry
    else if (at < before) undated = undefined
    const isEnough = entry.seq === head.seq || entry.seq - head.firstSeq >= entriesMax || signal.aborted
    if (isEnough || (at >= before && at <= ahead)) return undated ?? entry
  }
  throw damagedLog(input.tenantId, `entry-missing at ${head.seq}`)
}

const readAtOnce = 500

/** @throws AppError `audit-log-damaged` at an entry that does not follow, unless a repair has named it */
async function* oldestFirst({ store, tenantId }: Input, head: AuditHead): AsyncGenerator<AuditEntry> {
  const gaps = await gapsOf(store, tenantId, head)
  let expected: string | undefined = head.firstPreviousHash
  let kept: readonly AuditEntry[] = []
  let readTo = head.firstSeq - 1
  for (let seq = head.firstSeq; seq <= head.seq;) {
    if (seq > readTo) {
      readTo = Math.min(head.seq, seq + readAtOnce - 1)
      kept = await entriesBetween(store, tenantId, seq, readTo)
    }
    const previous: ReadonlySet<string | undefined> = new Set([expected, gaps.begins.get(seq)])
    const entry: AuditEntry | undefined = kept.find(
      (one) => one.seq === seq && (expected === undefined || previous.has(one.previousHash)),
    )
    if (entry) {
      yield entry
      expected = entry.hash
      seq += 1
    } else {
      const gap = gaps.lost.find(({ from, to }) => from <= seq && seq <= to)
      if (!gap) throw damagedLog(tenantId, `entry-missing at ${seq}`)
      expected = undefined
      seq = gap.to + 1
    }
  }
}

/** Those that are whole; several of a number where somebody has put another beside it. */
const entriesBetween = async (
  store: Store,
  tenantId: string,
  from: number,
  to: number,
): Promise<readonly AuditEntry[]> => {
  const entries: AuditEntry[] = []
  const range = { from: [newestSeqFirst(to)], to: [newestSeqFirst(from)], pageSize: 1_000 }
  for await (const { row } of store.open(auditLogTable).entry.eachFound({ tenantId }, range))
    if (row && row.value.tenantId === tenantId && isUnchanged(row.value)) entries.push(row.value)
  return entries
}

type Gaps = {
  readonly lost: readonly { readonly from: number; readonly to: number }[]
  /** What the first entry of a segment follows. */
  readonly begins: ReadonlyMap<number, string>
}

/** What repairs have named as lost. */
const gapsOf = async (store: Store, tenantId: string, head: AuditHead): Promise<Gaps> => {
  const found: AuditSegment[] = []
  for await (const { row } of store.open(auditLogTable).segment.eachFound({ tenantId })) if (row) found.push(row.value)
  const { segments } = vouchedSegments(found, head)
  const lost = segments.flatMap(({ resume, firstSeq, breaks }) => [
    { from: resume.seq + 1, to: firstSeq - 1 },
    ...breaks
      .filter(({ fault }) => fault.startsWith('entry-') && fault !== 'entry-added')
      .map((broken) => ({ from: (broken.resume?.seq ?? broken.seq - 1) + 1, to: broken.seq })),
  ])
  return { lost, begins: new Map(segments.map((segment) => [segment.firstSeq, hashOfSegment(segment)])) }
}

const deletedAtOnce = 100

const deleteBefore = async ({ store, tenantId, entriesMax, signal }: Input, firstSeq: number): Promise<number> => {
  if (firstSeq === 1) return 0
  const rows = store.open(auditLogTable)
  let [deleted, batch]: [number, AuditEntry[]] = [0, []]
  const flush = async (): Promise<void> => {
    await rows.transaction(batch.map(({ seq, entryId }) => rows.entry.toDelete({ tenantId, seq, entryId })))
    deleted += batch.length
    batch = []
  }
  const from = [newestSeqFirst(firstSeq - 1)]
  for await (const { row } of rows.entry.eachFound({ tenantId }, { from, signal, pageSize: deletedAtOnce })) {
    if (row) batch.push(row.value)
    if (batch.length === deletedAtOnce) await flush()
    if (deleted + batch.length >= entriesMax) break
  }
  if (batch.length > 0) await flush()
  return deleted
}
