// Appends to the audit logs. Whoever appends for one tenant at the same time shares a transaction; of several instances the ETag of the
// head lets one through, and the others chain to what it wrote.
import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { AppError, isAppError } from '../errors.ts'
import type { Row, Store } from '../store/store.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import { type AuditEntry, AuditRecord, genesisOf, hashOf } from './audit-entry.ts'
import { type AuditHead, auditLogTable, auditedTenantTable, bucketOfAudited } from './audit-table.ts'
import { type HeadKeys, signHead } from './head-signature.ts'
import { timeAfter } from './log-clock.ts'
import { readHead } from './log-head.ts'

export type AuditLog = {
  /**
   * Resolves when the record is in the tenant's log for good.
   * It has the correlation id of what is being done, unless it names one.
   * @param onceId of something that may be told twice: within 30 days the second time records nothing
   * @throws AppError `storage-unavailable`, `conflict` when others were faster every time, `audit-log-damaged`; `internal` for a record that is none
   */
  readonly append: (tenantId: string, record: AuditRecord, onceId?: string) => Promise<void>
}

type Parts = {
  readonly store: Store
  readonly now: () => Date
  readonly keys: () => Promise<HeadKeys>
  /** Told whenever nothing can be recorded because the log is not what was written. */
  readonly onDamaged?: (tenantId: string, error: AppError) => void
}

/** What this process knows: heads that it wrote itself, and whose logs are looked after. */
type Memory = { readonly heads: LRUCache<string, Row<AuditHead>>; readonly known: LRUCache<string, true> }

type Waiting = {
  readonly record: AuditRecord
  readonly onceId: string | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** With the head and the row of what is told once, a transaction of 100 operations. */
const batchMax = 49
/** More than these cannot wait in one process for one tenant: storage does not keep up. */
const waitingMax = 2_000

export const createAuditLog = (parts: Parts): AuditLog => {
  const queues = new Map<string, Waiting[]>()
  const memory: Memory = { heads: new LRUCache({ max: 1_000 }), known: new LRUCache({ max: 10_000 }) }

  const drain = async (tenantId: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchMax)
      try {
        await writeBatch(parts, memory, tenantId, batch)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        if (isAppError(error, 'audit-log-damaged')) parts.onDamaged?.(tenantId, error)
        for (const { reject } of batch) reject(error)
      }
      queue.splice(0, batch.length)
    }
    queues.delete(tenantId)
  }

  return {
    append: (tenantId, record, onceId) =>
      new Promise((resolve, reject) => {
        const correlationId = currentTrace()?.correlationId
        const parsed = AuditRecord.safeParse({ ...(correlationId !== undefined && { correlationId }), ...record })
        if (!parsed.success) throw new AppError('internal', 'The audit record is none.', { cause: parsed.error })
        const queue = queues.get(tenantId)
        if ((queue?.length ?? 0) >= waitingMax)
          throw new AppError('storage-unavailable', 'The audit log does not keep up. Try again later.')
        const waiting = { record: parsed.data, onceId, resolve, reject }
        if (queue) return void queue.push(waiting)
        const begun = [waiting]
        queues.set(tenantId, begun)
        void drain(tenantId, begun)
      }),
  }
}

const writeBatch = async (
  { store, now, keys }: Parts,
  { heads, known }: Memory,
  tenantId: string,
  batch: readonly Waiting[],
): Promise<void> => {
  const rows = store.open(auditLogTable)
  const signing = await keys()
  await retryOnConflict(async () => {
    const head = heads.get(tenantId) ?? (await readHead(store, tenantId, signing))
    // Known before there is anything to look after, and again should somebody have taken it out.
    if (!known.has(tenantId))
      await store.open(auditedTenantTable).tenant.upsert({ bucket: bucketOfAudited(tenantId), tenantId })
    known.set(tenantId, true)
    const fresh = await untold(rows.known, tenantId, batch)
    if (fresh.length === 0) return
    const entries = chained(tenantId, head?.value, fresh, now())
    const next = signHead(headAfter(tenantId, head?.value, entries), signing)
    try {
      const [written] = await rows.transaction([
        head ? rows.head.toUpdate(head, next) : rows.head.toInsert(next),
        ...entries.map((entry) => rows.entry.toInsert(entry)),
        ...fresh.flatMap(({ onceId }, index) =>
          onceId === undefined ? [] : [rows.known.toInsert({ tenantId, onceId, seq: entries[index]?.seq ?? 0 })],
        ),
      ])
      heads.set(tenantId, written as Row<AuditHead>)
    } catch (error) {
      heads.delete(tenantId)
      // The answer may have been lost, and the repetition met what the first try wrote.
      if (!(await isWritten(rows.entry, entries[0]))) throw error
    }
  })
}

type KnownRows = { readonly get: (key: { tenantId: string; onceId: string }) => Promise<object | undefined> }

/** False also when it cannot be found out: the failure of the writing is what the caller is told. */
const isWritten = async (
  rows: { readonly get: (key: AuditEntry) => Promise<Row<AuditEntry> | undefined> },
  entry: AuditEntry | undefined,
): Promise<boolean> => {
  const stored = entry && (await rows.get(entry).catch(() => undefined))
  return stored !== undefined && stored.value.entryId === entry?.entryId
}

/** Those that were not recorded before, here or by somebody else; of several with one id the first. */
const untold = async (known: KnownRows, tenantId: string, batch: readonly Waiting[]): Promise<readonly Waiting[]> => {
  const isNew = await Promise.all(
    batch.map(async ({ onceId }, index) => {
      if (onceId === undefined) return true
      if (batch.findIndex((other) => other.onceId === onceId) < index) return false
      return (await known.get({ tenantId, onceId })) === undefined
    }),
  )
  return batch.filter((_, index) => isNew[index])
}

const chained = (
  tenantId: string,
  head: AuditHead | undefined,
  batch: readonly Waiting[],
  now: Date,
): readonly AuditEntry[] => {
  const at = timeAfter(head?.at, now).toISOString()
  let [seq, previousHash] = [head?.seq ?? 0, head?.hash ?? genesisOf(tenantId)]
  return batch.map(({ record }) => {
    seq += 1
    const content = { ...record, tenantId, entryId: randomUUID(), seq, at, previousHash }
    previousHash = hashOf(content)
    return { ...content, hash: previousHash }
  })
}

const headAfter = (tenantId: string, head: AuditHead | undefined, entries: readonly AuditEntry[]) => {
  const last = entries.at(-1)
  if (!last) throw new AppError('internal', 'A head follows at least one entry.')
  const genesis = genesisOf(tenantId)
  const before = head ?? { firstSeq: 1, firstPreviousHash: genesis, segment: 1, segmentHash: genesis }
  const { firstSeq, firstPreviousHash, segment, segmentHash } = before
  const { seq, hash, at } = last
  return { tenantId, seq, hash, at, firstSeq, firstPreviousHash, segment, segmentHash }
}
