// Corrections of figures that Hub has: signed, kept here before they are sent, and sent under the same id however often.
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { errorTable } from '../../../shared/error-table.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import type { HubClient } from '../../../shared/peers/hub/client.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { refuseReuse } from '../sources/source-change.ts'
import { sourceTenantBuckets, sourceTenantTable } from '../sources/source-tenants.ts'
import { type Adjustment, type UsageDay, metric, usageTable } from './usage-table.ts'

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
 * An admin's wish is kept, and waits for an operator. What an operator makes is sent at once; it stays `waiting` when Hub cannot take it now:
 * then the report sends it.
 * @throws AppError `not-found` when no usage of the day is reported, `validation-failed` when less than nothing would be left,
 * `idempotency-key-reused` when the id is known with another body, `peer-rejected` when Hub refuses it
 */
export const requestAdjustment = async (
  tools: BillingTools,
  order: AdjustmentOrder,
): Promise<{ readonly adjustment: Adjustment; readonly isNew: boolean }> => {
  const { row, isNew } = await retryOnConflict(() => keepAdjustment(tools, order))
  return { adjustment: await sendIfWaiting(tools, row), isNew }
}

const sendIfWaiting = async (tools: BillingTools, row: Row<Adjustment>): Promise<Adjustment> => {
  if (row.value.state !== 'waiting') return row.value
  try {
    return await sendAdjustment(tools, row)
  } catch (error) {
    if (!isAppError(error) || errorTable[error.code].onMessage === 'park') throw error
    log.warn('code.billing.adjustment_waits', { tenantId: row.value.tenantId, date: row.value.date, error })
    return row.value
  }
}

/** Writes it down, unless it is known: an admin's as requested, any other as one that waits to be sent. */
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
  const day = await rows.day.get(key)
  if (origin !== 'difference') refuseImpossible(order, day?.value)
  const isSent = origin !== 'admin'
  if (isSent) await noteAdjusting(store, tenantId, now())
  const row: Adjustment = {
    ...(before?.value ?? { ...order, requestedAt: now().toISOString() }),
    state: isSent ? 'waiting' : 'requested',
  }
  const [kept] = await rows.transaction([
    ...(before
      ? [rows.adjustment.toUpdate(before, row)]
      : [rows.adjustment.toInsert(row), rows.adjustmentId.toInsert(key)]),
    ...(isSent ? [rows.waiting.toInsert(key)] : []),
    ...(origin === 'operator' && day ? [rows.day.toUpdate(day, adjustedBy(day.value, order.delta))] : []),
  ])
  return { row: { value: row, etag: kept?.etag ?? '' }, isNew: !before }
}

export type Decision = {
  readonly tenantId: string
  readonly adjustmentId: string
  readonly decision: 'approve' | 'decline'
  readonly decidedBy: string
}

/**
 * An operator's decision on what an admin asked for; what is approved is sent. Deciding the same again changes nothing.
 * @throws AppError `not-found`, `conflict` when it was decided otherwise, and what `requestAdjustment` throws
 */
export const decideAdjustment = async (tools: BillingTools, decision: Decision): Promise<Adjustment> => {
  const kept = await retryOnConflict(() => keepDecision(tools, decision))
  const { state } = kept.value
  if ((state === 'declined') !== (decision.decision === 'decline'))
    throw new AppError('conflict', `The adjustment is already ${state}.`)
  return sendIfWaiting(tools, kept)
}

/** As it is by now, when it was decided before. */
const keepDecision = async (
  { store, now }: BillingTools,
  { tenantId, adjustmentId, decision, decidedBy }: Decision,
): Promise<Row<Adjustment>> => {
  const rows = store.open(usageTable)
  const known = await rows.adjustmentId.get({ tenantId, origin: 'admin', adjustmentId })
  const before = known && (await rows.adjustment.get(known.value))
  if (!before) throw new AppError('not-found', 'The organization has not requested an adjustment with this id.')
  const { state, date, delta } = before.value
  if (state !== 'requested') return before
  const decided = { ...before.value, decidedBy, decidedAt: now().toISOString() }
  if (decision === 'decline') {
    const value: Adjustment = { ...decided, state: 'declined' }
    return rows.adjustment.update(before, value)
  }
  const day = await rows.day.get({ tenantId, date })
  refuseImpossible(before.value, day?.value)
  await noteAdjusting(store, tenantId, now())
  const value: Adjustment = { ...decided, state: 'waiting' }
  const [kept] = await rows.transaction([
    rows.adjustment.toUpdate(before, value),
    rows.waiting.toInsert({ tenantId, origin: 'admin', adjustmentId, date }),
    ...(day ? [rows.day.toUpdate(day, adjustedBy(day.value, delta))] : []),
  ])
  return { value, etag: kept?.etag ?? '' }
}

/** The row of the day is written with each correction: of two at once, the second sees what the first has left. */
const adjustedBy = (day: UsageDay, delta: number): UsageDay => ({ ...day, adjusted: day.adjusted + delta })

const refuseImpossible = ({ date, delta }: Pick<Adjustment, 'date' | 'delta'>, day: UsageDay | undefined): void => {
  if (day?.state !== 'reported')
    throw new AppError('not-found', `No usage for ${date} has been reported to Hub, so there is nothing to correct.`)
  const billed = day.quantity + day.adjusted
  if (billed + delta < 0)
    throw new AppError(
      'validation-failed',
      `${billed} repositories are billed for ${date}; no more than that can be subtracted.`,
      {
        details: { errors: [{ path: 'body.delta', message: `must be at least ${-billed}` }] },
      },
    )
}

const isSame = (known: Adjustment, { date, delta, reason }: AdjustmentOrder): boolean =>
  known.date === date && known.delta === delta && known.reason === reason

/** So that the report looks for adjustments of this tenant. */
const noteAdjusting = async (store: Store, tenantId: string, now: Date): Promise<void> => {
  const key = { bucket: sourceTenantBuckets.of(tenantId), tenantId }
  const adjustingSince = now.toISOString()
  await store.open(sourceTenantTable).tenant.modify(key, (current) => {
    if (current) return { ...current, adjustingSince }
    throw new AppError('internal', 'A tenant with reported usage is missing from the tenants with sources.')
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
      throw new AppError('peer-rejected', 'Hub already has a different adjustment with this id. Use a new id.')
  } catch (error) {
    if (isAppError(error) && errorTable[error.code].onMessage === 'park') await settle(store, row, { state: 'refused' })
    throw error
  }
  return settle(store, row, { state: 'recorded', recordedAt: now().toISOString() })
}

/** Hub's ids are unique over all tenants, ours are not. */
const hubIdOf = ({ tenantId, origin, adjustmentId }: Adjustment): string =>
  plainDigest(JSON.stringify([tenantId, origin, adjustmentId]), 'code')

const settle = async (
  store: Store,
  { value }: Row<Adjustment>,
  outcome: Pick<Adjustment, 'state' | 'recordedAt'>,
): Promise<Adjustment> => {
  const rows = store.open(usageTable)
  return retryOnConflict(async () => {
    const current = await rows.adjustment.get(value)
    // Another call was faster: it said the same to Hub, under the same id.
    if (current?.value.state !== 'waiting') return current?.value ?? value
    const settled = { ...current.value, ...outcome }
    // What Hub refuses corrects nothing.
    const isTakenBack = outcome.state === 'refused' && value.origin !== 'difference'
    const day = isTakenBack ? await rows.day.get(value) : undefined
    await rows.transaction([
      rows.adjustment.toUpdate(current, settled),
      rows.waiting.toDelete(value),
      ...(day ? [rows.day.toUpdate(day, adjustedBy(day.value, -value.delta))] : []),
    ])
    return settled
  })
}
