// Keeps opportunities that are open in CRM, and all that leads to them.
import { renewOpen } from '../../../shared/effects/renewal.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/entity.ts'
import { opportunityEffect } from './opportunity-effect.ts'
import { type Claim, type Opportunity, opportunityTable } from './opportunity-table.ts'

/** @param signal aborted when the run has to stop: what is left waits for the next night */
export const renewOpportunities = (services: Services, signal: AbortSignal): Promise<void> =>
  renewOpen(
    {
      ...opportunityEffect,
      table: opportunityTable,
      recordsOf: async (store, { kind, row }) => {
        if (kind === 'opportunity') return [row as Row<Opportunity>]
        const { tenantId, opportunity } = row.value as Claim
        return [await store.open(opportunityTable).opportunity.get({ tenantId, ...opportunity })]
      },
      isClosed: ({ made }) => made?.stage === 'won' || made?.stage === 'lost',
    },
    services,
    signal,
  )
