// Corrections of figures that Hub has: signed, kept here before they are sent, and sent under the same id however often.
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError, errorTable, isAppError } from '../../../shared/errors.ts'
import type { HubClient } from '../../../shared/peers/hub/client.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { untilUndisturbed } from '../../../shared/store/undisturbed.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { refuseReuse } from '../sources/source-change.ts'
import { sourceTenantBuckets, sourceTenantTable } from '../sources/source-tenants.ts'
import { type Adjustment, metric, usageTable } from './usage-table.ts'

export type BillingTools = {
  readonly store: Store
  readonly hub: () => Promise<HubClient>
  readonly now: () => Date
}

export type AdjustmentOrder = Pick<
  Adjustment,
  'tenantId' | 'origin' | 'adjustmentId' | 'date' | 'delta' | 'reason' | 'requestedBy'
>

/**
 * Keeps the correction and sends it to Hub. It stays `waiting` when Hub cannot take it now: then the report sends it.
 * @throws AppError `not-found` when no usage of the day is reported, `idempotency-key-reused` when the id is known with another body,
 * `peer-rejected` when Hub refuses it
 */
export const requestAdjustment = async (
  tools: BillingTools,
  order: AdjustmentOrder,
): Promise<{ readonly adjustment: Adjustment; readonly isNew: boolean }> => {
  const { row, isNew } = await untilUndisturbed(() => keepAdjustment(tools, order))
  if (row.value.state === 'recorded') return { adjustment: row.value, isNew }
  try {
    return { adjustment: await sendAdjustment(tools, row), isNew }
  } catch (error) {
    if (!isAppError(error) || errorTable[error.code].onMessage === 'park') throw error
    log.warn('code.billing.adjustment_waits', { tenantId: order.tenantId, date: order.date, error })
    return { adjustment: row.value, isNew }
  }
}

/** Writes it down as one that waits, unless it is known. */
export const keepAdjustment = async (
  { store, now }: BillingTools,
  order: AdjustmentOrder,
): Promise<{ readonly row: Row<Adjustment>; readonly isNew: boolean }> => {
  const rows = store.open(usageTable)
  const { tenantId, origin, adjustmentId, date } = order
  const key = { tenantId, origin, adjustmentId, date }
  const known = await rows.adjustmentId.get(key)
  const before = known && (await rows.adjustment.get(known.value))
  if (before && !isSame(before.value, order)) refuseReuse('The adjustment')
  if (before && before.value.state !== 'refused') return { row: before, isNew: false }
  if (origin === 'admin' && (await rows.day.get(key))?.value.state !== 'reported')
    throw new AppError('not-found', `No usage of ${date} has been reported to Hub, so there is nothing to correct.`)
  await noteAdjusting(store, tenantId, now())
  const row: Adjustment = { ...(before?.value ?? { ...order, requestedAt: now().toISOString() }), state: 'waiting' }
  const [kept] = await rows.transaction([
    ...(before
      ? [rows.adjustment.toUpdate(before, row)]
      : [rows.adjustment.toInsert(row), rows.adjustmentId.toInsert(key)]),
    rows.waiting.toInsert(key),
  ])
  return { row: { value: row, etag: kept?.etag ?? '' }, isNew: !before }
}

const isSame = (known: Adjustment, { date, delta, reason }: AdjustmentOrder): boolean =>
  known.date === date && known.delta === delta && known.reason === reason

/** So that the report looks for adjustments of this tenant. */
const noteAdjusting = async (store: Store, tenantId: string, now: Date): Promise<void> => {
  const key = { bucket: sourceTenantBuckets.of(tenantId), tenantId }
  const adjustingSince = now.toISOString()
  await store.open(sourceTenantTable).tenant.modify(key, (current) => {
    if (current) return { ...current, adjustingSince }
    throw new AppError('internal', 'A tenant with reported usage is missing among the tenants with sources.')
  })
}

/**
 * Safe to repeat. @returns as it is recorded
 * @throws the errors of Hub's client; after one that no repetition mends, it no longer waits
 */
export const sendAdjustment = async ({ store, hub, now }: BillingTools, row: Row<Adjustment>): Promise<Adjustment> => {
  const { tenantId, date, delta, reason } = row.value
  try {
    const draft = { metric, date, delta, reason }
    const { outcome } = await (await hub()).adjustUsage(tenantId, hubIdOf(row.value), draft)
    if (outcome === 'differs')
      throw new AppError('peer-rejected', 'Hub has another adjustment under the id of this one. Use a new id.')
  } catch (error) {
    if (isAppError(error) && errorTable[error.code].onMessage === 'park') await settle(store, row, { state: 'refused' })
    throw error
  }
  return settle(store, row, { state: 'recorded', recordedAt: now().toISOString() })
}

/** Hub's ids are unique over all tenants, ours are not. */
const hubIdOf = ({ tenantId, origin, adjustmentId }: Adjustment): string =>
  `code-${sha256(JSON.stringify([tenantId, origin, adjustmentId]))}`

const settle = async (
  store: Store,
  { value }: Row<Adjustment>,
  outcome: Pick<Adjustment, 'state' | 'recordedAt'>,
): Promise<Adjustment> => {
  const rows = store.open(usageTable)
  return untilUndisturbed(async () => {
    const current = await rows.adjustment.get(value)
    // Another call was faster: it said the same to Hub, under the same id.
    if (current?.value.state !== 'waiting') return current?.value ?? value
    const settled = { ...current.value, ...outcome }
    await rows.transaction([rows.adjustment.toUpdate(current, settled), rows.waiting.toDelete(value)])
    return settled
  })
}
