// The figure of a tenant and a day: counted once, kept, and never changed.
import { isAppError } from '../../../shared/errors.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { countAtStartOf } from '../sources/repository-count.ts'
import { walkSourceTenants } from '../sources/source-tenants.ts'
import { dayOf } from '../sources/utc-day.ts'
import { type UsageDay, usageTable } from './usage-table.ts'

type Tools = { readonly store: Store; readonly now: () => Date }

const atOnce = 16

/** Counts today's repositories of every tenant. One that fails is counted when it is reported, and its figure is the same then. */
export const takeSnapshots = async ({ store, now }: Tools, signal: AbortSignal): Promise<void> => {
  const counts = { tenants: 0, failed: 0 }
  const date = dayOf(now())
  await walkSourceTenants(store, { job: 'snapshot', signal, atOnce }, async ({ value }) => {
    // Its first day: at 00:00 it had no repositories yet, and was nobody's business.
    if (value.reportedThrough >= date) return
    counts.tenants += 1
    try {
      await snapshotOf({ store, now }, value.tenantId, date)
    } catch (error) {
      counts.failed += 1
      log.error('code.billing.snapshot_failed', { tenantId: value.tenantId, date, error })
    }
  })
  log.info('code.billing.snapshots_taken', { date, ...counts })
}

/**
 * The figure of the day as it is kept. One that was never taken is made from the history of the count.
 * @param date today, or at most 400 days ago
 */
export const snapshotOf = async ({ store, now }: Tools, tenantId: string, date: string): Promise<Row<UsageDay>> => {
  const rows = store.open(usageTable).day
  const known = await rows.get({ tenantId, date })
  if (known) return known
  const quantity = await countAtStartOf(store, tenantId, date)
  try {
    return await rows.insert({ tenantId, date, quantity, countedAt: now().toISOString(), state: 'counted' })
  } catch (error) {
    const other = isAppError(error, 'conflict') ? await rows.get({ tenantId, date }) : undefined
    if (other) return other
    throw error
  }
}
