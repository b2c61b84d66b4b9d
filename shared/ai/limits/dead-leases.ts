// Ends the leases of processes that are dead, so that what they had is not lost until the window is over.
import { LRUCache } from 'lru-cache'
import type { Row, Store } from '../../store/store.ts'
import { type AiLease, aiCallTable } from '../ledger/ai-call-table.ts'
import { endLease } from './leasing.ts'
import type { Timings } from './timings.ts'

export type DeadLeases = {
  /**
   * Ends those leases of the tenant that nobody has touched for `leaseMs`. It has to see a lease twice for that, so no clock is trusted; one whose
   * own word is older by far is ended at once.
   * @returns how many were ended
   */
  readonly end: (tenantId: string) => Promise<number>
}

type Parts = {
  readonly store: Store
  readonly now: () => Date
  readonly clock: () => number
  readonly timings: Pick<Timings, 'leaseMs'>
  readonly isOwn: (leaseId: string) => boolean
}

/** By how much clocks may differ. */
const clockMsMax = 5 * 60_000
const seenMax = 10_000
const pageSize = 500

export const createDeadLeases = ({ store, now, clock, timings, isOwn }: Parts): DeadLeases => {
  const rows = store.open(aiCallTable).lease
  const seen = new LRUCache<string, { readonly etag: string; readonly since: number }>({ max: seenMax })

  const isDead = ({ etag, value: { leaseId, touchedAt } }: Row<AiLease>): boolean => {
    if (now().getTime() - Date.parse(touchedAt) > timings.leaseMs + clockMsMax) return true
    const before = seen.get(leaseId)
    if (before?.etag === etag) return clock() - before.since >= timings.leaseMs
    seen.set(leaseId, { etag, since: clock() })
    return false
  }

  return {
    end: async (tenantId) => {
      let ended = 0
      for await (const row of rows.each({ tenantId }, { pageSize }))
        if (!isOwn(row.value.leaseId) && isDead(row) && (await endLease(store, row))) ended += 1
      return ended
    },
  }
}
