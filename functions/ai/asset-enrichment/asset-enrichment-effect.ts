// Enrichments of assets as records of CMDB: how one is found and made there.
import type { RecordDefinition } from '../../../shared/effects/effect-row.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CmdbClient } from '../../../shared/peers/cmdb/client.ts'
import type { ReadCmdbEnrichment } from '../../../shared/peers/cmdb/enrichment-client.ts'
import type { CmdbEnrichmentDraft } from '../../../shared/peers/cmdb/enrichment-contract.ts'
import { type AssetEnrichment, assetEnrichmentTable } from './asset-enrichment-table.ts'

type Seen = Pick<ReadCmdbEnrichment, 'id' | 'url'> & { readonly written: string[] }

/** Somebody has changed the asset since it was decided what to write: that has to be decided anew. */
export class AssetChanged extends AppError {
  constructor(assetReference: string) {
    super('conflict', `The asset ${assetReference} was changed in CMDB at the same time. Ask for the enrichment again.`)
  }
}

export const assetEnrichmentRecord: Omit<
  RecordDefinition<AssetEnrichment, CmdbEnrichmentDraft, Seen, CmdbClient, ReadCmdbEnrichment>,
  'readMany'
> = {
  name: 'ai.asset_enrichment',
  rows: (store) => store.open(assetEnrichmentTable).enrichment,
  find: (cmdb, tenantId, ref) => cmdb.findEnrichmentByReference(tenantId, ref),
  create: async ({ peer: cmdb }, { tenantId }, draft) => {
    const created = await cmdb.createEnrichment(tenantId, draft)
    if (created.outcome === 'changed') throw new AssetChanged(draft.assetReference)
    return { thing: created.enrichment, isNew: created.outcome === 'created' }
  },
  seen: ({ id, url, written }) => ({ id, url, written }),
}
