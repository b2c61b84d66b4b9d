// Lists Code-created opportunities with their stage in CRM, and with the last known one while CRM cannot be asked.
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import { type LinkedOpportunity, linkedOpportunityOf } from './linked-opportunity.ts'
import { askCrm, withStage } from './opportunity-stage.ts'
import { type Opportunity, isOpened, opportunityTable } from './opportunity-table.ts'

type Listing = {
  readonly store: Store
  /** Rejects with an `AppError` when CRM is not set up here. */
  readonly crm: () => Promise<CrmClient>
  readonly now: () => Date
  readonly tenantId: string
}

type LinkedPage = {
  readonly opportunities: LinkedOpportunity[]
  readonly crmAvailable: boolean
  readonly nextCursor?: string
}

/** One page, newest first. */
export const listOpportunities = async (
  listing: Listing,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<LinkedPage> => {
  const { store, tenantId } = listing
  const { rows, nextCursor } = await store.open(opportunityTable).opportunity.list({ tenantId }, page)
  return { ...(await withLiveStage(listing, rows)), ...(nextCursor !== undefined && { nextCursor }) }
}

/** Each with the stage that CRM has now, or the last known one. */
const withLiveStage = async (
  listing: Listing,
  rows: readonly Row<Opportunity>[],
): Promise<Omit<LinkedPage, 'nextCursor'>> => {
  const live = await askCrm(
    listing.crm,
    listing.tenantId,
    rows.flatMap(({ value }) => value.crm?.id ?? []),
  )
  const now = listing.now()
  const opportunities = await Promise.all(
    rows.map(async ({ value, ...row }) => {
      const seen = live?.get(value.crm?.id ?? '')
      if (!seen || !isOpened(value)) return linkedOpportunityOf(value, { live: false, now })
      return linkedOpportunityOf(await withStage(listing.store, { ...row, value }, seen, now), { live: true, now })
    }),
  )
  return { opportunities, crmAvailable: live !== undefined }
}
