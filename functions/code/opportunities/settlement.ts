// Takes an opportunity that was begun to its end: made in CRM once, and recorded here. Every step can be repeated from anywhere.
import { AppError, isAppError } from '../../../shared/errors.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { CrmOpportunity } from '../../../shared/peers/crm/contract.ts'
import type { Store } from '../../../shared/store/store.ts'
import {
  type OpenedOpportunity,
  type Opportunity,
  isOpened,
  markerOf,
  openingTable,
  opportunityTable,
} from './opportunity-table.ts'

type Tools = { readonly store: Store; readonly crm: CrmClient; readonly now: () => Date }

/**
 * Looks the reference up in CRM, creates the opportunity when it is not there, and records it. `created` is true for the one call
 * whose request made it. A refusal for good is recorded as `rejected` and thrown.
 */
export const settle = async (
  { store, crm, now }: Tools,
  opportunity: Opportunity,
): Promise<{ readonly opportunity: OpenedOpportunity; readonly created: boolean }> => {
  const markers = store.open(openingTable)
  if (isOpened(opportunity)) return { opportunity, created: false }
  const made = await makeInCrm(crm, opportunity).catch(async (error: unknown) => {
    if (isAppError(error, 'peer-rejected')) {
      await record(store, opportunity, { state: 'rejected' })
      await markers.opening.delete(markerOf(opportunity))
    }
    throw error
  })
  const opened = await record(store, opportunity, { state: 'opened', crm: seenNow(made.opportunity, now()) })
  await markers.opening.delete(markerOf(opportunity))
  if (!isOpened(opened)) throw new AppError('internal', `Opportunity ${opportunity.ref} was made and not recorded.`)
  return { opportunity: opened, created: made.created }
}

/** What we keep of CRM's opportunity: enough to list it while CRM is down. */
export const seenNow = ({ id, url, stage }: CrmOpportunity, now: Date): OpenedOpportunity['crm'] => ({
  id,
  url,
  stage,
  stageAsOf: now.toISOString(),
})

const makeInCrm = async (
  crm: CrmClient,
  { tenantId, ref, draft }: Opportunity,
): Promise<{ readonly opportunity: CrmOpportunity; readonly created: boolean }> => {
  const found = await crm.findOpportunityByReference(tenantId, ref)
  if (found) return { opportunity: found, created: false }
  if (!draft) throw new AppError('internal', `Opportunity ${ref} has neither a draft nor an opportunity in CRM.`)
  const { outcome, opportunity } = await crm.createOpportunity(tenantId, draft)
  return { opportunity, created: outcome === 'created' }
}

/** Whoever records first wins; a second one leaves what is there, since both saw the same opportunity of CRM. */
const record = async (
  store: Store,
  opportunity: Opportunity,
  { state, crm }: Pick<Opportunity, 'state' | 'crm'>,
): Promise<Opportunity> => {
  const { value } = await store.open(opportunityTable).opportunity.modify(opportunity, (current) => {
    if (current && isOpened(current)) return current
    const { draft, ...rest } = current ?? opportunity
    // The texts go once CRM has them.
    return crm ? { ...rest, state, crm } : { ...rest, state, ...(draft && { draft }) }
  })
  return value
}
