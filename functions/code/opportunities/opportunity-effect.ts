// Opportunities as an effect in CRM: how one is found, made and read there.
import { effect } from '../../../shared/effects/effect.ts'
import type { ReadCrmOpportunity } from '../../../shared/peers/crm/answers.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { CrmOpportunityDraft } from '../../../shared/peers/crm/contract.ts'
import { incidentOf } from './incident.ts'
import { type Opportunity, openingPending, opportunityTable } from './opportunity-table.ts'

type Seen = Pick<ReadCrmOpportunity, 'id' | 'url' | 'stage'>

export const opportunityEffect = effect<Opportunity, CrmOpportunityDraft, Seen, CrmClient, ReadCrmOpportunity>({
  name: 'code.opportunity',
  ...incidentOf,
  pending: openingPending,
  rows: (store) => store.open(opportunityTable).opportunity,
  peer: (services) => services.crm(),
  find: (crm, tenantId, ref) => crm.findOpportunityByReference(tenantId, ref),
  create: async ({ peer: crm }, { tenantId }, draft) => {
    const { outcome, opportunity } = await crm.createOpportunity(tenantId, draft)
    return { thing: opportunity, isNew: outcome === 'created' }
  },
  readMany: (crm, tenantId, ids) => crm.getOpportunities(tenantId, ids),
  seen: ({ id, url, stage }) => ({ id, url, stage }),
})
