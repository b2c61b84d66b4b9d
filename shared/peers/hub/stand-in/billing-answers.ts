// The billing of Hub's contract as the stand-in answers it.
import { type HubAdjustmentDraft, HubUsage, type HubUsageList, HubUsageRange, hubHeaders } from '../contract.ts'
import type { hubContract } from '../operations.ts'
import { type Answer, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { HubBilling, UsageDay } from './billing.ts'
import type { HubDirectory } from './directory.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'

type Parts = { readonly billing: HubBilling; readonly directory: HubDirectory }

type BillingAnswers = Pick<Answers<typeof hubContract>, 'reportUsage' | 'adjustUsage' | 'listUsage'>

export const hubBillingAnswers = ({ billing, directory }: Parts): BillingAnswers => ({
  reportUsage: ({ tenantId, params: { metric, date, tenantId: named }, body: { quantity } }) => {
    const refusal = refusalFor(directory, tenantId, named)
    if (refusal) return refusal
    const day: UsageDay = { tenantId, metric, date }
    const recorded = billing.get(day)
    if (!recorded) return { status: 201, body: HubUsage.parse(billing.report(day, quantity)) }
    const usage = HubUsage.parse(recorded)
    if (usage.quantity === quantity) return { status: 200, body: usage }
    return problem(409, 'Another quantity is recorded for this day', {
      detail: 'Correct it with PUT /v1/billing/adjustments/{id}.',
      usage,
    })
  },
  adjustUsage: ({ tenantId, params: { id }, body: draft }) => {
    const refusal = refusalFor(directory, tenantId, draft.tenantId)
    if (refusal) return refusal
    const known = billing.adjustment(id)
    if (known) {
      const { usage, adjustment } = known
      return isRepeated({ ...usage, ...adjustment }, draft)
        ? { status: 200, body: adjustment }
        : problem(409, 'Another adjustment has this id')
    }
    const usage = billing.get(draft)
    if (!usage)
      return problem(422, 'No usage is recorded for this day', { detail: 'Report the usage, then correct it.' })
    return { status: 201, body: billing.adjust(usage, id, draft) }
  },
  listUsage: ({ tenantId, params: { metric, tenantId: named }, query }) =>
    validated(HubUsageRange, Object.fromEntries(query), ({ from, to }) => {
      const refusal = refusalFor(directory, tenantId, named)
      if (refusal) return refusal
      const usage = billing
        .list(tenantId)
        .filter((day) => day.metric === metric && day.date >= from && day.date <= to)
        .map((day) => HubUsage.parse(day))
        .toSorted((one, other) => (one.date < other.date ? -1 : 1))
      return { status: 200, body: { usage } satisfies HubUsageList }
    }),
})

const isRepeated = (known: HubAdjustmentDraft, draft: HubAdjustmentDraft): boolean =>
  (Object.keys(draft) as (keyof HubAdjustmentDraft)[]).every((field) => known[field] === draft[field])

/** @param named the organization of the path or the body */
const refusalFor = (directory: HubDirectory, tenantId: string, named: string): Answer | undefined => {
  if (named !== tenantId)
    return problem(403, `The header ${hubHeaders.tenant} names another organization than the request`)
  return directory.organization(tenantId) ? undefined : problem(404, 'There is no such organization')
}
