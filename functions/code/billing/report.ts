// The daily report of active repositories to Hub's billing (CODE-5): each tenant and day once, days that were missed with their own figures.
import { errorTable } from '../../../shared/error-table.ts'
import { isAppError, toAppError } from '../../../shared/errors.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/entity.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type SourceTenant, sourceTenantTable, walkSourceTenants } from '../sources/source-tenants.ts'
import { dayAfter, dayOf, latestDay } from '../sources/utc-day.ts'
import { type BillingTools, sendAdjustment } from './adjustment.ts'
import { reportDay } from './day-report.ts'
import { noteMissedDays } from './missed-days.ts'
import { usageTable } from './usage-table.ts'

/** How many days before today are still reported. */
const catchUpDays = 40
const atOnce = 16
/** Longer than the request takes that asks for an adjustment. */
const adjustingMs = 15 * 60_000

const reportWork = { integration: 'code→hub', operation: 'report usage' } as const

type Counts = { tenants: number; days: number; failed: number }

/**
 * Reports what Hub does not have yet, and stops at once when there is nothing.
 * @param signal aborted when the run has to stop: the next one goes on
 */
export const reportAllUsage = async (services: Services, signal: AbortSignal): Promise<void> => {
  const { hub, now } = services
  const tools = { store: services.store(), hub, now }
  const today = dayOf(now())
  const counts: Counts = { tenants: 0, days: 0, failed: 0 }
  await walkSourceTenants(tools.store, { job: 'report', signal, atOnce }, async (tenant) => {
    if (tenant.value.reportedThrough >= today && tenant.value.adjustingSince === undefined) return
    counts.tenants += 1
    const names = { ...reportWork, tenantId: tenant.value.tenantId }
    const outcome = await keptApart(tools, { ...names, event: 'code.billing.report_failed' }, async () => {
      const begunAt = now()
      await reportTenant(tools, tenant, { today, signal, counts })
      await recordSuccess(tools, { ...names, begunAt })
    })
    if (outcome === undefined) counts.failed += 1
  })
  log.info('code.billing.reported', { today, ...counts })
}

type Run = { readonly today: string; readonly signal: AbortSignal; readonly counts: Counts }

/** @throws the first failure, when everything else of the tenant is done as far as it can be */
const reportTenant = async (tools: BillingTools, tenant: Row<SourceTenant>, run: Run): Promise<void> => {
  const { reportedThrough, failures } = await reportDays(tools, tenant.value, run)
  const { isSettled, failures: others } = await sendWaiting(tools, tenant.value, run)
  await advance(tools, tenant, reportedThrough, isSettled)
  const [failure] = [...failures, ...others]
  if (failure !== undefined) throw failure
}

type Failures = { readonly failures: readonly unknown[] }

const reportDays = async (
  tools: BillingTools,
  { tenantId, reportedThrough: before }: SourceTenant,
  { today, signal, counts }: Run,
): Promise<Failures & { readonly reportedThrough: string }> => {
  const first = latestDay(dayAfter(before), dayAfter(today, -catchUpDays))
  if (first > dayAfter(before))
    await noteMissedDays(tools, { tenantId, from: dayAfter(before), to: dayAfter(first, -1) })
  const failures: unknown[] = []
  let reportedThrough = before
  for (let date = first; date <= today && !signal.aborted; date = dayAfter(date)) {
    try {
      if (await reportDay(tools, tenantId, date)) counts.days += 1
      if (failures.length === 0) reportedThrough = date
    } catch (error) {
      failures.push(error)
      // What a repetition may mend is true of the next day as well.
      if (errorTable[toAppError(error).code].onMessage === 'retry') break
    }
  }
  return { reportedThrough, failures }
}

/** Adjustments that Hub could not take when they were asked for. */
const sendWaiting = async (
  { store, ...tools }: BillingTools,
  { tenantId, adjustingSince }: SourceTenant,
  { signal }: Run,
): Promise<Failures & { readonly isSettled: boolean }> => {
  if (adjustingSince === undefined) return { isSettled: false, failures: [] }
  const rows = store.open(usageTable)
  const failures: unknown[] = []
  for await (const { value } of rows.waiting.each({ tenantId }, { signal })) {
    const row = await rows.adjustment.get(value)
    try {
      if (row) await sendAdjustment({ store, ...tools }, row)
      else await rows.waiting.delete(value)
    } catch (error) {
      failures.push(error)
    }
  }
  if (signal.aborted) return { isSettled: false, failures }
  // A request that has just begun may write its adjustment down only now.
  const isOld = tools.now().getTime() - Date.parse(adjustingSince) > adjustingMs
  return { isSettled: isOld && failures.length === 0, failures }
}

/** Writes down how far the tenant is. Somebody may have asked for an adjustment meanwhile. */
const advance = async (
  { store }: BillingTools,
  tenant: Row<SourceTenant>,
  reportedThrough: string,
  isSettled: boolean,
): Promise<void> => {
  const rows = store.open(sourceTenantTable).tenant
  const advanced = (current: SourceTenant): SourceTenant => {
    const { adjustingSince, ...rest } = current
    const isDone = isSettled && adjustingSince === tenant.value.adjustingSince
    return { ...rest, reportedThrough, ...(adjustingSince !== undefined && !isDone && { adjustingSince }) }
  }
  if (reportedThrough === tenant.value.reportedThrough && !isSettled) return
  try {
    await rows.update(tenant, advanced(tenant.value))
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    await rows.modify(tenant.value, (current) => advanced(current ?? tenant.value))
  }
}
