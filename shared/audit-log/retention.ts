// Cuts off what is older than 13 months, from the oldest on. The head says first where the log begins from then on: when the work ends in
// between, what is left before the beginning belongs to nothing, and the next run deletes it.
import { AppError } from '../errors.ts'
import type { Row, Store } from '../store/store.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import { type AuditEntry, isUnchanged } from './audit-entry.ts'
import { type AuditHead, auditLogTable, keptDays, newestSeqFirst } from './audit-table.ts'
import { type HeadKeys, requireOurs, signHead } from './head-signature.ts'

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
 * @throws AppError `internal` when the head or an entry on the way is not what it was: such a log is for the verifier, not to be cut
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
  requireOurs(head.value, input.tenantId, input.keys)
  const first = await firstToKeep(input, head.value)
  if (first.seq === head.value.firstSeq) return head.value
  const { keyId: _, signature: __, ...rest } = head.value
  const next = signHead({ ...rest, firstSeq: first.seq, firstPreviousHash: first.previousHash }, input.keys)
  return (await input.store.open(auditLogTable).head.update(head, next)).value
}

/**
 * Goes from the beginning and verifies each entry on the way: what was tampered with is never deleted with its traces. The last entry
 * always stays.
 */
const firstToKeep = async (
  { store, tenantId, now, entriesMax, signal }: Input,
  head: AuditHead,
): Promise<AuditEntry> => {
  const before = now.getTime() - keptDays * 86_400_000
  const rows = store.open(auditLogTable).entry
  let expected = head.firstPreviousHash
  for (let seq = head.firstSeq; ; seq += 1) {
    const entry = (await rows.get({ tenantId, seq }))?.value
    if (!entry || !follows(entry, { tenantId, seq, previousHash: expected }))
      throw new AppError(
        'internal',
        `Entry ${seq} of an audit log is not what it was. Verify the log; nothing of it is cut off.`,
      )
    const isEnough = seq === head.seq || seq - head.firstSeq >= entriesMax || signal.aborted
    if (isEnough || Date.parse(entry.at) >= before) return entry
    expected = entry.hash
  }
}

const follows = (
  entry: AuditEntry,
  { tenantId, seq, previousHash }: Pick<AuditEntry, 'tenantId' | 'seq' | 'previousHash'>,
): boolean =>
  entry.tenantId === tenantId && entry.seq === seq && entry.previousHash === previousHash && isUnchanged(entry)

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
