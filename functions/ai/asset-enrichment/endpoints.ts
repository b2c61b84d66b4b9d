// Enrichments of CMDB's assets from what RMM, Defend and The One Code know (AI-12).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const reading = () => import('./reading.ts')

const readers = [session('ai', { atLeast: 'member' }), integrationKey('ai:asset-enrichments:read')] as const
const writers = [session('ai', { atLeast: 'member' }), integrationKey('ai:asset-enrichments:write')] as const

export const requestAssetEnrichment = http({
  name: 'ai-request-asset-enrichment',
  method: 'POST',
  route: 'ai/asset-enrichments',
  summary:
    'Fills the empty fields of an asset of CMDB with what RMM, Defend and The One Code know of it. Once a day for each asset: repeating the request returns the same enrichment, and restarts it if it failed',
  integration: 'suite→cmdb',
  operation: 'look whether a person may see an asset',
  audit: 'flow.requested',
  callers: writers,
  needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS', 'CMDB_API_URL', 'CMDB_SERVICE_KEY'],
  flows: true,
  contract,
  body: 'AssetEnrichmentRequest',
  returns: { 202: 'Accepted', 200: 'Accepted' },
  errors: [
    'ai-opted-out',
    'forbidden',
    'not-found',
    'flow-not-started',
    'storage-unavailable',
    'conflict',
    'peer-unavailable',
    'peer-timeout',
    'peer-unauthorized',
    'peer-invalid-response',
  ],
  handler: async ({ body: { assetReference }, tenantId, actor, flows, services }) => {
    const { requestEnrichment: request } = await import('./requesting.ts')
    const requesting = { services, flows: await flows(), tenantId, requestedBy: actor }
    const { id, outcome } = await request(requesting, assetReference)
    const progressUrl = `/api/ai/asset-enrichments/${id}`
    const answer = { body: { id, outcome, progressUrl }, headers: { location: progressUrl } }
    return outcome === 'existing' ? { status: 200, ...answer } : { status: 202, ...answer }
  },
})

export const readAssetEnrichments = http({
  name: 'ai-list-asset-enrichments',
  method: 'GET',
  route: 'ai/asset-enrichments',
  summary:
    'Lists enrichments of assets, newest first: those that the person asked for, and all, with those of the nights, to admins and products',
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'Listing',
  returns: { 200: 'AssetEnrichments' },
  errors: ['storage-unavailable'],
  handler: async ({ query, caller, store }) => ({
    status: 200,
    body: await (await reading()).listEnrichments(store, caller, query),
  }),
})

export const readAssetEnrichment = http({
  name: 'ai-read-asset-enrichment',
  method: 'GET',
  route: 'ai/asset-enrichments/{enrichmentId}',
  summary:
    'Returns the progress of an asset enrichment: which products were read or could not be, and what CMDB has written',
  callers: readers,
  needs: ['DATA_STORAGE'],
  flows: true,
  contract,
  params: 'AssetEnrichmentPath',
  returns: { 200: 'ShownAssetEnrichment' },
  errors: [
    'forbidden',
    'not-found',
    'storage-unavailable',
    'peer-unavailable',
    'peer-timeout',
    'peer-unauthorized',
    'peer-invalid-response',
  ],
  handler: async ({ params: { enrichmentId }, caller, services, flows }) => ({
    status: 200,
    body: await (await reading()).showEnrichment({ services, flows, caller }, enrichmentId),
  }),
})
