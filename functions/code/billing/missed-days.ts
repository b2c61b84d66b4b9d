// Days that are too old for the daily report: an incident of the platform, and reported when an operator says so.
import { AppError } from '../../../shared/errors.ts'
import { recordIncident } from '../../../shared/incidents/incident-recording.ts'
import type { Store } from '../../../shared/store/store.ts'
import { sourceTenantTable } from '../sources/source-tenants.ts'
import { dayAfter } from '../sources/utc-day.ts'
import type { BillingTools } from './adjustment.ts'
import type { MissedDaysReport } from './contract.ts'
import { reportDay } from './day-report.ts'

type Days = { readonly tenantId: string; readonly from: string; readonly to: string }

/** The first time it is an incident, and whenever there are more. To be called before the report passes them over. */
export const noteMissedDays = async (tools: BillingTools, { tenantId, from, to }: Days): Promise<void> => {
  const rows = tools.store.open(sourceTenantTable).missed
  const known = await rows.get({ scope: 'all', tenantId, from })
  if (known && known.value.to >= to) return
  await recordIncident(tools, {
    integration: 'code→hub',
    operation: 'report usage of days long past',
    error: new AppError('internal', 'Some days are too old for the daily report. See the list of missed days.'),
  })
  await rows.upsert({ scope: 'all', tenantId, from, to, notedAt: tools.now().toISOString() })
}

export const listMissedDays = async (
  store: Store,
  page: { readonly limit: number; readonly cursor?: string | undefined },
) => {
  const { rows, nextCursor } = await store.open(sourceTenantTable).missed.list({ scope: 'all' }, page)
  const missed = rows.map(({ value: { tenantId, from, to, notedAt } }) => ({ tenantId, from, to, notedAt }))
  return { missed, ...(nextCursor !== undefined && { nextCursor }) }
}

const daysPerCall = 50

/**
 * Safe to repeat: what Hub has stays as it is. @throws AppError `not-found` when no missed days begin then, and what Hub's client throws:
 * the days before are reported then
 */
export const reportMissedDays = async (
  tools: BillingTools,
  { tenantId, from }: Pick<Days, 'tenantId' | 'from'>,
): Promise<MissedDaysReport> => {
  const rows = tools.store.open(sourceTenantTable).missed
  const row = await rows.get({ scope: 'all', tenantId, from })
  if (!row) throw new AppError('not-found', 'This organization has no missed days that begin on that day.')
  const { to } = row.value
  let reported = 0
  let date = from
  for (let done = 0; done < daysPerCall && date <= to; done += 1) {
    if (await reportDay(tools, tenantId, date)) reported += 1
    date = dayAfter(date)
  }
  const left = date <= to ? { from: date, to } : null
  if (left) await rows.upsert({ ...row.value, from: left.from })
  await rows.delete({ scope: 'all', tenantId, from })
  return { reported, left }
}
