// Cuts off what is older than 13 months, from the oldest on. The head says first where the log begins from then on: when the work ends in
// between, what is left before the beginning belongs to nothing, and the next run deletes it.
import { AppError } from '../errors.ts'
import type { Row, Store } from '../store/store.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import type { AuditEntry } from './audit-entry.ts'
import { type AuditHead, auditLogTable, newestSeqFirst } from './audit-table.ts'
import { type HeadKeys, signHead } from './head-signature.ts'

/** 13 months, however long they are. */
const keptDays = 400

type Input = {
  readonly store: Store
  readonly tenantId: string
  readonly keys: HeadKeys
  readonly now: Date
  /** Entries that are deleted at the most; the rest waits for the next run. */
  readonly entriesMax: number
  readonly signal: AbortSignal
}

/**
 * @returns how many entries were deleted
 * @throws AppError `internal` when an entry is missing on the way: such a log is for the verifier, not to be cut
 */
export const cutAuditLog = async (input: Input): Promise<number> => {
  const rows = input.store.open(auditLogTable)
  const head = await retryOnConflict(async () => {
    const current = await rows.head.get({ tenantId: input.tenantId })
    return current && moveBeginning(input, current)
  })
  return head ? deleteBefore(input, head.firstSeq) : 0
}

const moveBeginning = async (input: Input, head: Row<AuditHead>): Promise<AuditHead> => {
  const first = await firstToKeep(input, head.value)
  if (first.seq === head.value.firstSeq) return head.value
  const { keyId: _, signature: __, ...rest } = head.value
  const next = signHead({ ...rest, firstSeq: first.seq, firstPreviousHash: first.previousHash }, input.keys)
  return (await input.store.open(auditLogTable).head.update(head, next)).value
}

/** The times in a log never go back, so halving finds it. The last entry always stays. */
const firstToKeep = async ({ store, tenantId, now }: Input, head: AuditHead): Promise<AuditEntry> => {
  const before = now.getTime() - keptDays * 86_400_000
  const entryAt = async (seq: number): Promise<AuditEntry> => {
    const row = await store.open(auditLogTable).entry.get({ tenantId, seq })
    if (!row) throw new AppError('internal', `Entry ${seq} of an audit log is missing. Verify the log.`)
    return row.value
  }
  let [low, high] = [head.firstSeq, head.seq]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (Date.parse((await entryAt(middle)).at) < before) low = middle + 1
    else high = middle
  }
  return entryAt(low)
}

const deletedAtOnce = 100

const deleteBefore = async ({ store, tenantId, entriesMax, signal }: Input, firstSeq: number): Promise<number> => {
  if (firstSeq === 1) return 0
  const rows = store.open(auditLogTable)
  let [deleted, batch]: [number, Row<AuditEntry>[]] = [0, []]
  const flush = async (): Promise<void> => {
    await rows.transaction(batch.map(({ value: { seq } }) => rows.entry.toDelete({ tenantId, seq })))
    deleted += batch.length
    batch = []
  }
  const from = [newestSeqFirst(firstSeq - 1)]
  for await (const row of rows.entry.each({ tenantId }, { from, signal, pageSize: deletedAtOnce })) {
    batch.push(row)
    if (batch.length === deletedAtOnce) await flush()
    if (deleted + batch.length >= entriesMax) break
  }
  if (batch.length > 0) await flush()
  return deleted
}
