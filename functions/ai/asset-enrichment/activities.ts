// The steps of the orchestration of an asset's enrichment. Each can be repeated from anywhere.
import { activity } from '../../../shared/triggers/activity.ts'

const work = () => import('./asset-enrichment-steps.ts')

/** What the steps read; what they write, they write into CMDB. */
export const assetNeeds = [
  'DATA_STORAGE',
  'CMDB_API_URL',
  'CMDB_SERVICE_KEY',
  'RMM_API_URL',
  'RMM_SERVICE_KEY',
  'DEFEND_API_URL',
  'DEFEND_SERVICE_KEY',
] as const

export const decideAssetEnrichment = activity({
  name: 'ai-decide-asset-enrichment',
  summary: 'Reads what RMM, Defend and The One Code know of an asset, and decides what CMDB is to write',
  needs: assetNeeds,
  contract: work,
  input: 'NoInput',
  returns: 'Decided',
  handler: async ({ tenantId, requestId, services }) =>
    (await work()).decideEnrichment({ services, tenantId, requestId }),
})

export const writeAssetEnrichment = activity({
  name: 'ai-write-asset-enrichment',
  summary: 'Writes the enrichment of an asset into CMDB, once',
  needs: assetNeeds,
  contract: work,
  input: 'NoInput',
  returns: 'Written',
  handler: async ({ tenantId, requestId, services }) =>
    (await work()).writeEnrichment({ services, tenantId, requestId }),
})
