// HTTP of PSA agents: the open tickets that somebody who left has left behind (HUB-5).
import { integrationKey } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

export const readReassignments = http({
  name: 'hub-list-reassignments',
  method: 'GET',
  route: 'hub/psa-agents/reassignments',
  summary: 'Lists the open tickets of deactivated PSA agents, for reassignment',
  integration: 'hub→psa',
  operation: 'list tickets to reassign',
  callers: [integrationKey('hub:agents:read')],
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  contract,
  query: 'ReassignmentQuery',
  returns: { 200: 'Reassignments' },
  errors: ['peer-unavailable', 'peer-timeout', 'peer-unauthorized', 'peer-invalid-response', 'storage-unavailable'],
  handler: async ({ query, tenantId, store, services }) => {
    const { listReassignments } = await import('./reassignment-list.ts')
    const tools = { store, psa: await services.psa() }
    return { status: 200, body: await listReassignments(tools, tenantId, query) }
  },
})
