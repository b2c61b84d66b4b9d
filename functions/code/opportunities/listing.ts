// Lists Code-created opportunities with their stage in CRM, and with the last known one while CRM cannot be asked.
import { showRecords } from '../../../shared/effects/last-known.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type LinkedOpportunity, linkedOpportunityOf } from './linked-opportunity.ts'
import { opportunityEffect } from './opportunity-effect.ts'
import { opportunityTable } from './opportunity-table.ts'

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
  const { isAvailable, shown } = await showRecords(opportunityEffect, { ...listing, peer: listing.crm }, rows)
  const now = listing.now()
  return {
    opportunities: shown.map(({ value, live }) => linkedOpportunityOf(value, { live, now })),
    crmAvailable: isAvailable,
    ...(nextCursor !== undefined && { nextCursor }),
  }
}
