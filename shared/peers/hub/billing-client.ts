// What this suite asks of the billing of The One Hub, as functions over the contract. Part of `HubClient`.
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import {
  type ReadAdjustedUsage,
  type ReadHubAdjustment,
  ReadHubProblem,
  type ReadHubUsage,
  ReadHubUsageList,
  readHubAdjustmentOf,
  readOtherUsage,
  readRecordedUsage,
} from './answers.ts'
import { type HubAdjustmentDraft, HubUsageRange } from './contract.ts'
import type { hubContract } from './operations.ts'

const checked = checkedFor('Hub')

/**
 * Errors as those of `HubClient`; an organization that Hub does not know is `peer-rejected`. All are safe to repeat. A day is a date
 * in UTC, `2026-11-22`.
 */
export type HubBillingClient = {
  /**
   * The day as it is recorded, with its adjustments.
   * - `recorded`: Hub had no usage of this day
   * - `unchanged`: it had the same quantity
   * - `differs`: it has another quantity, and keeps it. To correct that is a matter of `adjustUsage`
   */
  readonly reportUsage: (
    tenantId: string,
    metric: string,
    date: string,
    quantity: number,
  ) => Promise<
    | { readonly outcome: 'recorded' | 'unchanged'; readonly usage: ReadHubUsage }
    | { readonly outcome: 'differs'; readonly usage: ReadAdjustedUsage }
  >
  /**
   * `differs`: Hub has an adjustment with this id that says something else, and recorded nothing. A day for which no usage is
   * recorded is `peer-rejected`.
   * @param id names the correction over all tenants: the same one has the same id, whenever it is sent
   */
  readonly adjustUsage: (
    tenantId: string,
    id: string,
    adjustment: Readonly<Omit<HubAdjustmentDraft, 'tenantId'>>,
  ) => Promise<
    | { readonly outcome: 'recorded' | 'unchanged'; readonly adjustment: ReadHubAdjustment }
    | { readonly outcome: 'differs' }
  >
  /** The days that are recorded from `from` to `to`, both included, in their order. At most 400 days. */
  readonly listUsage: (tenantId: string, metric: string, range: HubUsageRange) => Promise<readonly ReadHubUsage[]>
}

/** @param call sends the tenant with each call, as the contract asks */
export const createHubBillingClient = (call: OperationCall<typeof hubContract>): HubBillingClient => ({
  reportUsage: async (tenantId, metric, date, quantity) => {
    const recorded = readRecordedUsage(date, quantity)
    const answer = await call('reportUsage', {
      tenantId,
      params: { metric, tenantId, date },
      body: { quantity },
      answers: { 200: recorded, 201: recorded, 409: readOtherUsage(date, quantity) },
    })
    if (answer.status === 409) return { outcome: 'differs', usage: answer.body.usage }
    return { outcome: answer.status === 201 ? 'recorded' : 'unchanged', usage: answer.body }
  },
  adjustUsage: async (tenantId, id, adjustment) => {
    const recorded = readHubAdjustmentOf(id, adjustment.delta)
    const answer = await call('adjustUsage', {
      tenantId,
      params: { id },
      body: { ...adjustment, tenantId },
      answers: { 200: recorded, 201: recorded, 409: ReadHubProblem },
    })
    if (answer.status === 409) return { outcome: 'differs' }
    return { outcome: answer.status === 201 ? 'recorded' : 'unchanged', adjustment: answer.body }
  },
  listUsage: async (tenantId, metric, range) => {
    const { from, to } = checked(HubUsageRange, range, 'range')
    const { body } = await call('listUsage', {
      tenantId,
      params: { metric, tenantId },
      query: { from, to },
      answers: { 200: ReadHubUsageList },
    })
    return body.usage
  },
})
