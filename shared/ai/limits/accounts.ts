// The accounts of one process: one for each tenant and tier that calls, kept as long as there is something to look after.
import { randomInt } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import type { Store } from '../../store/store.ts'
import { log } from '../../telemetry/log.ts'
import { aiTenantTable, bucketOfAiTenant } from '../ledger/ai-call-table.ts'
import { Account } from './account.ts'
import { createDeadLeases } from './dead-leases.ts'
import type { Timings } from './timings.ts'

export type Accounts = {
  readonly of: (tenantId: string, tier: AiTier) => Account
  /** Ends leases of dead processes. */
  readonly endDeadLeases: (tenantId: string) => Promise<number>
  /** The process ends: closes what is over, and gives back what is leased. */
  readonly close: () => Promise<void>
}

type Parts = {
  readonly store: Store
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly clock: () => number
  readonly timings: Timings
}

/** Over so many rows of sums the processes spread their writes. */
const shards = 8

export const createAccounts = (parts: Parts): Accounts => {
  const { timings } = parts
  const accounts = new Map<string, Account>()
  const shard = String(randomInt(shards))
  const isOwn = (leaseId: string): boolean => [...accounts.values()].some((account) => account.leaseId === leaseId)
  const dead = createDeadLeases({ ...parts, isOwn })
  const markTenant = createMark(parts)
  const look = createLook(parts, dead.end)
  let ticking: NodeJS.Timeout | undefined

  const tick = (): void => {
    for (const [key, account] of accounts) {
      account.tick()
      if (account.isIdle() && !account.hasLease()) accounts.delete(key)
    }
    if (accounts.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }

  return {
    of: (tenantId, tier) => {
      const key = JSON.stringify([tenantId, tier])
      const known = accounts.get(key)
      if (known) return known
      const [onLease, onShortage] = [() => markTenant(tenantId), () => look(tenantId)]
      const account = new Account({ ...parts, tenantId, tier, shard, onLease, onShortage })
      accounts.set(key, account)
      ticking ??= setInterval(tick, timings.tickMs).unref()
      return account
    },
    endDeadLeases: dead.end,
    close: async () => {
      clearInterval(ticking)
      await Promise.all([...accounts.values()].map((account) => account.shut()))
    },
  }
}

/** How often it is written down that a tenant uses AI: the sweep goes by it, which looks back for longer by far. */
const markEveryMs = 600_000
const knownMax = 10_000

const createMark = ({ store, now, clock }: Pick<Parts, 'store' | 'now' | 'clock'>) => {
  const rows = store.open(aiTenantTable).tenant
  const marked = new LRUCache<string, true>({ max: knownMax, ttl: markEveryMs, ttlResolution: 0, perf: { now: clock } })
  return async (tenantId: string): Promise<void> => {
    if (marked.has(tenantId)) return
    await rows.upsert({ bucket: bucketOfAiTenant(tenantId), tenantId, usedAt: now().toISOString() })
    marked.set(tenantId, true)
  }
}

/** Looks at the leases of a tenant now and then, not for each call that is refused. */
const createLook = (
  { clock, timings }: Pick<Parts, 'clock' | 'timings'>,
  end: (tenantId: string) => Promise<number>,
) => {
  const looked = new LRUCache<string, true>({
    max: knownMax,
    ttl: timings.lookMs,
    ttlResolution: 0,
    perf: { now: clock },
  })
  return async (tenantId: string): Promise<boolean> => {
    if (looked.has(tenantId)) return false
    looked.set(tenantId, true)
    const ended = await end(tenantId)
    if (ended > 0) log.warn('ai.lease.dead_ended', { tenantId, ended })
    return ended > 0
  }
}
