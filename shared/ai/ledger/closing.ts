// Calls that are over: each leaves the open ones, enters the ledger and is added to the sums, in one transaction. So it is counted once, whoever
// closes it, and however often it is tried.
import type { Operation } from '../../store/operation.ts'
import type { Row, Store } from '../../store/store.ts'
import { type AiCall, type AiOutcome, type AiReservation, type AiUsageSum, aiCallTable } from './ai-call-table.ts'

/** How a call went. */
export type Settlement = {
  readonly outcome: Exclude<AiOutcome, 'lost'>
  /** As the provider names it. */
  readonly model?: string | undefined
  readonly provider?: string | undefined
  readonly promptTokens: number
  readonly completionTokens: number
  /** Of recordings; 0 for a call without one. */
  readonly audioSeconds?: number
  /** The provider did not say: the gateway has reckoned. */
  readonly isEstimated: boolean
  /** A kept answer was given, and no model was asked. */
  readonly isCached?: true
}

/** Without a `call` nothing was sent to a model: it leaves no trace. */
export type Closing = { readonly reservation: Row<AiReservation>; readonly call?: AiCall | undefined }

/** So many fit in one transaction: an open call, a row of the ledger and two of the sums each, and a lease. */
export const closingsAtOnce = 20

const nameMax = 120
/**
 * A call is charged so many times what was reserved for it at most: several attempts come to some times as much, one that a provider gets wrong
 * to any number, which would leave nothing of the tenant's day.
 */
const timesReservedMax = 4
const secondsMax = 1_000_000_000

export const callOf = (reservation: AiReservation, settlement: Settlement, closedAt: Date): AiCall => {
  const { outcome, model, provider, promptTokens, completionTokens, isEstimated, isCached } = settlement
  const { audioSeconds = 0 } = settlement
  const charged = chargedOf(reservation, promptTokens, completionTokens)
  return {
    ...openedOf(reservation),
    closedAt: closedAt.toISOString(),
    outcome,
    ...(model !== undefined && { model: model.slice(0, nameMax) }),
    ...(provider !== undefined && { provider: provider.slice(0, nameMax) }),
    promptTokens: charged.promptTokens,
    completionTokens: charged.completionTokens,
    ...(audioSeconds > 0 && { audioSeconds: Math.min(secondsMax, Math.ceil(audioSeconds)) }),
    isEstimated: isEstimated || charged.isEstimated,
    ...(isCached && { isCached }),
  }
}

/** Of a call whose process ended: what it used cannot be known, so nothing is charged. Its reservation stays spent. */
export const lostCallOf = (reservation: AiReservation, closedAt: Date): AiCall => ({
  ...openedOf(reservation),
  closedAt: closedAt.toISOString(),
  outcome: 'lost',
  promptTokens: 0,
  completionTokens: 0,
  isEstimated: true,
})

const openedOf = ({ leaseId: _lease, minute: _minute, tokens, ...opened }: AiReservation) => ({
  ...opened,
  reservedTokens: tokens,
})

/** What a provider says is not trusted to be a number, nor one that can be: what is none counts as all that was reserved. */
const chargedOf = ({ tokens }: AiReservation, prompt: number, completion: number) => {
  const isCount = (figure: number): boolean => Number.isFinite(figure) && figure >= 0
  if (!isCount(prompt) || !isCount(completion)) return { promptTokens: tokens, completionTokens: 0, isEstimated: true }
  const most = tokens * timesReservedMax
  const promptTokens = Math.min(most, Math.ceil(prompt))
  const completionTokens = Math.min(most - promptTokens, Math.ceil(completion))
  return { promptTokens, completionTokens, isEstimated: prompt + completion > most }
}

/**
 * The operations of a transaction that closes calls of one tenant, `closingsAtOnce` at most.
 * @param shard which of the rows of a sum is written: instances that differ in it do not wait for each other
 */
export const closingOperations = async (
  store: Store,
  closings: readonly Closing[],
  shard: string,
): Promise<readonly Operation[]> => {
  const table = store.open(aiCallTable)
  const calls = closings.flatMap(({ call }) => (call ? [call] : []))
  const added = sumsOf(calls, shard)
  const known = await Promise.all(added.map((sum) => table.sum.get(sum)))
  return [
    ...closings.map(({ reservation }) => table.reservation.toDelete(reservation)),
    ...calls.map((call) => table.call.toInsert(call)),
    ...added.map((sum, index) => {
      const before = known[index]
      return before ? table.sum.toUpdate(before, together(before.value, sum)) : table.sum.toInsert(sum)
    }),
  ]
}

/** Not of a person: of the whole tenant. */
export const wholeTenant = ''

/** What calls add to the sums: those of the tenant, and those of each user. */
const sumsOf = (calls: readonly AiCall[], shard: string): readonly AiUsageSum[] => {
  const sums = new Map<string, AiUsageSum>()
  for (const call of calls)
    for (const userId of call.userId === undefined ? [wholeTenant] : [wholeTenant, call.userId]) {
      const one = sumOf(call, userId, shard)
      const key = JSON.stringify([one.userId, one.date, one.feature, one.model, one.tier])
      const before = sums.get(key)
      sums.set(key, before ? together(before, one) : one)
    }
  return [...sums.values()]
}

const sumOf = (call: AiCall, userId: string, shard: string): AiUsageSum => {
  const {
    tenantId,
    tier,
    feature,
    model = 'unknown',
    outcome,
    promptTokens,
    completionTokens,
    isEstimated,
    audioSeconds,
    isCached = false,
  } = call
  return {
    tenantId,
    tier,
    userId,
    date: call.openedAt.slice(0, 10),
    feature,
    model,
    shard,
    calls: 1,
    failed: outcome === 'failed' || outcome === 'blocked' ? 1 : 0,
    lost: outcome === 'lost' ? 1 : 0,
    promptTokens,
    completionTokens,
    ...(audioSeconds !== undefined && { audioSeconds }),
    estimated: isEstimated ? 1 : 0,
    cached: isCached ? 1 : 0,
  }
}

/** Two rows of one sum. */
export const together = (one: AiUsageSum, other: AiUsageSum): AiUsageSum => ({
  ...one,
  calls: one.calls + other.calls,
  failed: one.failed + other.failed,
  lost: one.lost + other.lost,
  promptTokens: one.promptTokens + other.promptTokens,
  completionTokens: one.completionTokens + other.completionTokens,
  ...((one.audioSeconds ?? other.audioSeconds) !== undefined && {
    audioSeconds: (one.audioSeconds ?? 0) + (other.audioSeconds ?? 0),
  }),
  estimated: one.estimated + other.estimated,
  cached: one.cached + other.cached,
})
