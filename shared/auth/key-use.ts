// Records who used which key, from where, for what and when (KEY-4), without a write for each request: the first use at once, counts by
// hour every few seconds.
import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { isAppError } from '../errors.ts'
import { eachAtOnce } from '../pool.ts'
import type { Store } from '../store/store.ts'
import { log, runDetached } from '../telemetry/log.ts'
import type { KeyRefusal } from './key-refusal.ts'
import { type KeyUseHour, keyUseTable } from './key-use-table.ts'

type Use = {
  readonly tenantId: string
  readonly keyId: string
  readonly address: string
  /** The function that was called. */
  readonly operation: string
}

export type KeyUse = {
  /** Resolves at once, but for the first use that this process sees: that is stored before anything is done with the key. */
  readonly note: (use: Use) => Promise<void>
  /** Recorded once for each key, reason and hour. */
  readonly refused: (refusal: KeyRefusal, tried: Pick<Use, 'address' | 'operation'>) => void
  /** Writes what was counted and is not stored yet. What fails is tried again by the next one. */
  readonly flush: () => Promise<void>
}

/** What the audit log of the key's organization is told. */
type KeyRecord = {
  readonly action: 'key.used' | 'key.refused'
  readonly outcome: 'done' | 'refused'
  readonly actor: string
  readonly subjects: string[]
  readonly operation?: string
  readonly address?: string
  readonly facts?: Record<string, string>
}

/** Records once what has the same id. */
export type AppendAudit = (tenantId: string, record: KeyRecord, onceId: string) => Promise<void>

type Parts = { readonly store: Store; readonly append: AppendAudit; readonly now: () => Date }

/** So much is lost of the counts when the process is killed. */
const flushMs = 3_000
const hourMs = 3_600_000
const knownMax = 10_000
/** Different functions and addresses that a row names; what is over counts as `others`. */
const namedMax = 20
const writesAtOnce = 8

type Counted = KeyUseHour & { isStored: boolean }
type Tell = (tenantId: string, record: KeyRecord, hour: string) => Promise<void>

export const createKeyUse = ({ store, append, now }: Parts): KeyUse => {
  const storeFirst = createFirstUses(store)
  const tell = createTelling(append)
  const counts = createHourCounts(store, tell, now)
  return {
    note: async (use) => {
      const at = now().toISOString()
      await storeFirst(use, at)
      counts.count(use, at)
    },
    refused: ({ reason, key: { tenantId, keyId } }, { address, operation }) => {
      const who = { actor: `key:${keyId}`, subjects: [keyId], operation, address }
      const record: KeyRecord = { action: 'key.refused', outcome: 'refused', ...who, facts: { reason } }
      runDetached(() => tell(tenantId, record, hourOf(now().toISOString()))).catch((error: unknown) =>
        log.warn('key.refusal.not_recorded', { keyId, reason, error }),
      )
    },
    flush: counts.flush,
  }
}

const createFirstUses = (store: Store): ((use: Use, at: string) => Promise<void>) => {
  const rows = store.open(keyUseTable).first
  const storeOnce = createOnce()
  return ({ tenantId, keyId }, at) =>
    storeOnce(keyId, async () => {
      if (!(await rows.get({ tenantId, keyId })))
        await rows.insert({ tenantId, keyId, at }).catch((error: unknown) => {
          // Somebody else saw it a moment before.
          if (!isAppError(error, 'conflict')) throw error
        })
    })
}

/** Once an hour, whoever tells it. */
const createTelling = (append: AppendAudit): Tell => {
  const tellOnce = createOnce()
  return (tenantId, record, hour) => {
    const onceId = `${record.action} ${record.actor} ${record.facts?.['reason'] ?? ''} ${hour}`
    return tellOnce(onceId, () => append(tenantId, record, onceId))
  }
}

/**
 * What was done under an id is not done again; what failed is. Whoever comes while it is being done waits for the same, however many ids
 * there are by then: a key that is refused a thousand times while storage is slow is one record that waits.
 */
const createOnce = (): ((id: string, work: () => Promise<void>) => Promise<void>) => {
  const done = new LRUCache<string, true>({ max: knownMax })
  const running = new Map<string, Promise<void>>()
  return (id, work) => {
    if (done.has(id)) return Promise.resolve()
    const known = running.get(id)
    if (known) return known
    const run = work()
      .then(() => void done.set(id, true))
      .finally(() => running.delete(id))
    running.set(id, run)
    return run
  }
}

type HourCounts = { readonly count: (use: Use, at: string) => void; readonly flush: () => Promise<void> }

const createHourCounts = (store: Store, tell: Tell, now: () => Date): HourCounts => {
  const rows = store.open(keyUseTable).hour
  const instance = randomUUID()
  const hours = new Map<string, Counted>()
  let timer: NodeJS.Timeout | undefined

  const storeHour = async (id: string, counted: Counted): Promise<void> => {
    const { isStored: _stored, ...row } = counted
    const { tenantId, keyId, hour } = row
    try {
      await rows.upsert(row)
      await tell(tenantId, { action: 'key.used', outcome: 'done', actor: `key:${keyId}`, subjects: [keyId] }, hour)
      if (hours.get(id) === counted) hours.set(id, { ...counted, isStored: true })
    } catch (error) {
      log.warn('key.use.not_stored', { keyId, error })
    }
  }
  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const present = hourOf(now().toISOString())
    for (const [id, { isStored, hour }] of hours) if (isStored && hour < present) hours.delete(id)
    const unstored = [...hours].filter(([, { isStored }]) => !isStored)
    await eachAtOnce(unstored, { atOnce: writesAtOnce }, ([id, counted]) => storeHour(id, counted))
    if ([...hours.values()].some(({ isStored }) => !isStored)) flushLater()
  }
  const flushLater = (): void => {
    timer ??= setTimeout(() => void runDetached(flush), flushMs).unref()
  }

  return {
    count: ({ tenantId, keyId, address, operation }, at) => {
      const hour = hourOf(at)
      const id = `${keyId} ${hour}`
      const known = hours.get(id) ?? { ...nothing, tenantId, keyId, hour, instance, firstAt: at }
      const operations = oneMore(known.operations, operation)
      const addresses = oneMore(known.addresses, address)
      hours.set(id, { ...known, count: known.count + 1, lastAt: at, operations, addresses, isStored: false })
      flushLater()
    },
    flush,
  }
}

const nothing = { count: 0, operations: {}, addresses: {} }

const hourOf = (time: string): string => new Date(Math.floor(Date.parse(time) / hourMs) * hourMs).toISOString()

const oneMore = (counts: Readonly<Record<string, number>>, name: string): Record<string, number> => {
  const known = Object.hasOwn(counts, name) || Object.keys(counts).length < namedMax ? name : 'others'
  return { ...counts, [known]: (counts[known] ?? 0) + 1 }
}
