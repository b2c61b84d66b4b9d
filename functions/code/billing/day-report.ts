// The report of one day of one tenant to Hub.
import type { ReadAdjustedUsage } from '../../../shared/peers/hub/answers.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { type BillingTools, keepAdjustment, sendAdjustment } from './adjustment.ts'
import { snapshotOf } from './snapshot.ts'
import { type UsageDay, metric, usageTable } from './usage-table.ts'

/** False when it was reported before, and only the watermark did not say so. */
export const reportDay = async (tools: BillingTools, tenantId: string, date: string): Promise<boolean> => {
  const { store, hub, now } = tools
  const day = await snapshotOf(tools, tenantId, date)
  if (day.value.state === 'reported') return false
  const answer = await (await hub()).reportUsage(tenantId, metric, date, day.value.quantity)
  if (answer.outcome === 'differs') await adjustDifference(tools, day.value, answer.usage)
  await store.open(usageTable).day.update(day, {
    ...day.value,
    state: 'reported',
    reportedAt: now().toISOString(),
    ...(answer.outcome === 'differs' && { hubQuantity: answer.usage.quantity }),
  })
  return true
}

const differenceId = (date: string): string => `difference-${date}`

/** Hub keeps the quantity that it has. What makes it ours is an adjustment, decided once, before it is sent. */
const adjustDifference = async (
  tools: BillingTools,
  { tenantId, date, quantity }: UsageDay,
  usage: ReadAdjustedUsage,
): Promise<void> => {
  const key = { tenantId, origin: 'difference', adjustmentId: differenceId(date) } as const
  const rows = tools.store.open(usageTable)
  const known = await rows.adjustment.get({ ...key, date })
  // What others have adjusted already counts: it may be this very difference.
  const billed = usage.adjustments.reduce((sum, { delta }) => sum + delta, usage.quantity)
  const delta = known?.value.delta ?? quantity - billed
  if (delta === 0) return
  const reason = known?.value.reason ?? `Hub had ${usage.quantity} repositories of this day instead of ${quantity}.`
  const order = { ...key, date, delta, reason, requestedBy: 'report' }
  const { row } = await retryOnConflict(() => keepAdjustment(tools, order))
  if (row.value.state === 'recorded') return
  await sendAdjustment(tools, row)
}
