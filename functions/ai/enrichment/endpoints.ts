// Enrichments of CRM's companies and contacts from the public web (AI-7).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const reading = () => import('./reading.ts')

const readers = [session('ai', { atLeast: 'member' }), integrationKey('ai:enrichments:read')] as const
const writers = [session('ai', { atLeast: 'member' }), integrationKey('ai:enrichments:write')] as const

export const requestEnrichment = http({
  name: 'ai-request-enrichment',
  method: 'POST',
  route: 'ai/enrichments',
  summary:
    'Fills the empty fields of a company or a contact of CRM with what the web site of the company says. Once a day for each record: repeating the request returns the same enrichment, and restarts it if it failed, or if the web site could not be reached',
  integration: 'suite→flows',
  operation: 'request enrichments',
  audit: 'flow.requested',
  callers: writers,
  needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS'],
  flows: true,
  contract,
  body: 'EnrichmentRequest',
  returns: { 202: 'Accepted', 200: 'Accepted' },
  errors: [
    'ai-opted-out',
    'ai-tier-missing',
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
  handler: async ({ body, store, now, tenantId, actor, flows, services }) => {
    const { requestEnrichment: request } = await import('./requesting.ts')
    const requesting = { services, store, now, flows: await flows(), tenantId, requestedBy: actor }
    const { id, outcome } = await request(requesting, body)
    const progressUrl = `/api/ai/enrichments/${id}`
    const answer = { body: { id, outcome, progressUrl }, headers: { location: progressUrl } }
    return outcome === 'existing' ? { status: 200, ...answer } : { status: 202, ...answer }
  },
})

export const readEnrichments = http({
  name: 'ai-list-enrichments',
  method: 'GET',
  route: 'ai/enrichments',
  summary: 'Lists enrichments, newest first: those that the person asked for, and all to admins and products',
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'Listing',
  returns: { 200: 'Enrichments' },
  errors: ['storage-unavailable'],
  handler: async ({ query, caller, store }) => ({
    status: 200,
    body: await (await reading()).listEnrichments(store, caller, query),
  }),
})

export const readEnrichment = http({
  name: 'ai-read-enrichment',
  method: 'GET',
  route: 'ai/enrichments/{enrichmentId}',
  summary: 'Returns the progress of an enrichment: which pages were read, and what CRM has written',
  callers: readers,
  needs: ['DATA_STORAGE'],
  flows: true,
  contract,
  params: 'EnrichmentPath',
  returns: { 200: 'ShownEnrichment' },
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
