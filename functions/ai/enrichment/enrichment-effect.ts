// Enrichments as records of CRM: how one is found and made there.
import type { RecordDefinition } from '../../../shared/effects/effect-row.ts'
import type { CrmClient } from '../../../shared/peers/crm/client.ts'
import type { ReadCrmEnrichment } from '../../../shared/peers/crm/enrichment-client.ts'
import type { CrmEnrichmentDraft } from '../../../shared/peers/crm/enrichment-contract.ts'
import { type Enrichment, enrichmentTable } from './enrichment-table.ts'

type Seen = Pick<ReadCrmEnrichment, 'id' | 'url'> & { readonly written: string[] }

export const enrichmentRecord: RecordDefinition<Enrichment, CrmEnrichmentDraft, Seen, CrmClient, ReadCrmEnrichment> = {
  name: 'ai.enrichment',
  rows: (store) => store.open(enrichmentTable).enrichment,
  find: (crm, tenantId, ref) => crm.findEnrichmentByReference(tenantId, ref),
  create: async ({ peer: crm }, { tenantId }, draft) => {
    const { outcome, enrichment } = await crm.createEnrichment(tenantId, draft)
    return { thing: enrichment, isNew: outcome === 'created' }
  },
  // Nothing of it changes in CRM.
  readMany: () => Promise.resolve([]),
  seen: ({ id, url, written }) => ({ id, url, written }),
}
