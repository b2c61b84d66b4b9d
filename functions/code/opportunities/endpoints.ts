// Opportunities of The One Code: make CRM opportunities of findings, and list those that were made (CODE-4).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')

export const openOpportunity = http({
  name: 'code-open-opportunity',
  method: 'POST',
  route: 'code/opportunities',
  summary: 'Creates a CRM opportunity for a finding. Each finding has one opportunity',
  integration: 'code→crm',
  operation: 'open opportunities',
  callers: [session('code', { atLeast: 'member' }), integrationKey('code:opportunities:write')],
  needs: ['DATA_STORAGE', 'CRM_API_URL', 'CRM_SERVICE_KEY'],
  contract,
  body: 'SignificantFinding',
  returns: { 201: 'OpenedOpportunity', 200: 'OpenedOpportunity' },
  errors: [
    'peer-unavailable',
    'peer-timeout',
    'peer-unauthorized',
    'peer-rejected',
    'peer-invalid-response',
    'storage-unavailable',
    'conflict',
  ],
  handler: async ({ body, store, now, tenantId, actor, services }) => {
    const { openOpportunity: open } = await import('./opening.ts')
    const { linkedOpportunityOf } = await import('./linked-opportunity.ts')
    const { crm, forReading } = services
    const opening = { store, crm, crmForReading: forReading.crm, now, tenantId, openedBy: actor }
    const { opportunity, created, live, ignored } = await open(opening, body)
    const linked = linkedOpportunityOf(opportunity, { live, now: now() })
    const told = { ...linked, ignored: [...ignored] }
    return created
      ? { status: 201, body: { ...told, outcome: 'created' as const } }
      : { status: 200, body: { ...told, outcome: 'existing' as const } }
  },
})

export const readOpportunities = http({
  name: 'code-list-opportunities',
  method: 'GET',
  route: 'code/opportunities',
  summary: 'Lists the opportunities created from findings, newest first, with their current stage in CRM',
  integration: 'code→crm',
  operation: 'read opportunities',
  callers: [session('code', { atLeast: 'viewer' }), integrationKey('code:opportunities:read')],
  needs: ['DATA_STORAGE'],
  contract,
  query: 'Listing',
  returns: { 200: 'LinkedOpportunities' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store, now, services }) => {
    const { listOpportunities } = await import('./listing.ts')
    const listing = { store, crm: services.forReading.crm, now, tenantId }
    return { status: 200, body: await listOpportunities(listing, query) }
  },
})
