// Leases of a tenant's budget as they stand in the store: each change is one transaction over the budget and the lease, so that nothing is given
// twice and nothing is lost, wherever it is cut off.
import { AppError, isAppError } from '../../errors.ts'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import { retryOnConflict } from '../../store/retry-on-conflict.ts'
import type { Row, Store } from '../../store/store.ts'
import { type AiBudget, type AiLease, aiCallTable } from '../ledger/ai-call-table.ts'
import { type AiLimits, readLimits } from './figures.ts'
import { type Demand, afterReturn, atMinute, grant } from './grant.ts'
import { minuteOf } from './window.ts'

export type Lessee = { readonly tenantId: string; readonly tier: AiTier; readonly leaseId: string }

export type Leased = { readonly lease: Row<AiLease>; readonly budget: AiBudget; readonly limits: AiLimits }

/** How far a clock may be behind those of other instances. */
const clockMinutesMax = 2

type Renewal = {
  readonly store: Store
  readonly lessee: Lessee
  readonly now: () => Date
  /** The lease is known to be there: that it is gone means that others have taken it for that of a dead process. */
  readonly isHeld: boolean
  readonly demand: Demand
}

/**
 * Gives back what the lease has not spent, and takes anew what is asked for, or as much of it as there is. Begins the lease if there is none.
 * @returns undefined when the lease is lost
 * @throws AppError `storage-unavailable`: it may have been done
 */
export const renewLease = async ({ store, lessee, now, isHeld, demand }: Renewal): Promise<Leased | undefined> => {
  const table = store.open(aiCallTable)
  const { tenantId, tier } = lessee
  return retryOnConflict(async () => {
    const [known, held, limits] = await Promise.all([
      table.budget.get({ tenantId, tier }),
      table.lease.get(lessee),
      readLimits(store, tenantId, tier),
    ])
    if (isHeld && !held) return undefined
    const minute = minuteOf(now().getTime())
    if (known) requireCloseClock(known.value, minute)
    const before = known?.value ?? { tenantId, tier, minute, requests: 0, tokens: 0, dayTokens: 0, slots: 0 }
    const present = atMinute(before, minute)
    const { granted, budget } = grant(held ? afterReturn(present, held.value) : present, limits, demand)
    const lease: AiLease = { ...lessee, ...granted, ...unspent, touchedAt: now().toISOString() }
    const [, row] = await table.transaction([
      known ? table.budget.toUpdate(known, budget) : table.budget.toInsert(budget),
      held ? table.lease.toUpdate(held, lease) : table.lease.toInsert(lease),
    ])
    return { lease: row as Row<AiLease>, budget, limits }
  })
}

const unspent = { usedRequests: 0, usedTokens: 0, usedDayTokens: 0 }

/** Nothing is given by a clock that is wrong: whose it is cannot be known. */
const requireCloseClock = (budget: AiBudget, minute: number): void => {
  if (budget.minute - minute > clockMinutesMax)
    throw new AppError('internal', 'The limits of AI cannot be counted now. Quote the correlation id to support.', {
      cause: new Error(
        `The clock of this instance is ${budget.minute - minute} minutes behind that of the one that counted last. Set it right.`,
      ),
    })
}

/**
 * Ends a lease and gives back what it has not spent: the instance's own, or that of a dead one.
 * @param lease as it was read: one that was changed since stays
 * @returns whether it was ended by this call
 */
export const endLease = async (store: Store, lease: Row<AiLease>): Promise<boolean> => {
  const table = store.open(aiCallTable)
  const { tenantId, tier, leaseId } = lease.value
  let isOver = false
  await retryOnConflict(async () => {
    const budget = await table.budget.get({ tenantId, tier })
    try {
      await table.transaction([
        table.lease.toDelete(lease),
        ...(budget ? [table.budget.toUpdate(budget, afterReturn(budget.value, lease.value))] : []),
      ])
      isOver = true
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error
      const present = await table.lease.get({ tenantId, leaseId })
      // The budget has changed: again. Otherwise the lease lives, or somebody else has ended it.
      if (present?.etag === lease.etag) throw error
    }
  })
  return isOver
}
