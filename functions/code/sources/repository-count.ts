// How many repositories of a tenant are active: connected and not archived. The count is kept with every change, and for every day on which
// it changed there is the count with which the day began. So the count at any 00:00 UTC is known, however late one asks.
import type { Operation } from '../../../shared/store/operation.ts'
import type { Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { type Sources, openSources } from './source-change.ts'
import { sourceTable } from './source-table.ts'
import { noteSourceTenant } from './source-tenants.ts'
import { dayOf, latestDay } from './utc-day.ts'

export type CountChange = {
  /** The day that the change belongs to: today, but never one before a day that is counted already. */
  readonly day: string
  /**
   * What changes the count, for the transaction of the change itself. On a conflict everything is read anew.
   * @param delta by how many repositories
   */
  readonly by: (delta: number) => Promise<readonly Operation[]>
}

/** Begins a change of what is active. */
export const beginCountChange = async (sources: Sources): Promise<CountChange> => {
  const { tenantId } = sources
  const rows = openSources(sources)
  const before = await rows.repositoryCount.get({ tenantId })
  const { active = 0, changedOn, closedOn } = before?.value ?? {}
  const day = latestDay(dayOf(sources.now()), changedOn, closedOn)
  return {
    day,
    by: async (delta) => {
      if (!before) {
        if (delta === 0) return []
        // Before the change: who is found there for nothing is passed over, but nobody is missed.
        await noteSourceTenant(sources.store, tenantId, day)
      }
      const value = { ...before?.value, tenantId, active: Math.max(0, active + delta), changedOn: day }
      return [
        before ? rows.repositoryCount.toUpdate(before, value) : rows.repositoryCount.toInsert(value),
        ...(changedOn === day ? [] : [rows.countedDay.toInsert({ tenantId, day, atStart: active })]),
      ]
    },
  }
}

/**
 * The count at 00:00 UTC of this day, for good: a change that is under way now belongs to this day or a later one, whatever the clock of
 * the process that makes it says. What changes at 00:00:00.000 belongs to the day that begins then.
 * @param day today, or at most 400 days ago
 */
export const countAtStartOf = (store: Store, tenantId: string, day: string): Promise<number> =>
  retryOnConflict(async () => {
    const rows = store.open(sourceTable)
    const count = await rows.repositoryCount.get({ tenantId })
    if (!count) return 0
    const { active, changedOn, closedOn } = count.value
    if (changedOn < day) {
      if (closedOn === undefined || closedOn < day)
        await rows.repositoryCount.update(count, { ...count.value, closedOn: day })
      return active
    }
    const { rows: changes } = await rows.countedDay.list({ tenantId }, { limit: 1, from: [day] })
    return changes[0]?.value.atStart ?? active
  })
