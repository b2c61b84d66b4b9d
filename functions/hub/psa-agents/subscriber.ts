// Keeps PSA agents in step with Hub users as their events arrive (HUB-5).
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const psaAgentSubscriber = subscriber({
  name: 'hub-psa-agent-subscriber',
  queue: 'hub-psa-agents',
  summary: 'Keeps PSA agents in sync with the users of Hub',
  events: [
    'hub.iam.user_created',
    'hub.iam.user_deactivated',
    'hub.iam.permission_changed',
    'hub.iam.access_granted',
    'hub.iam.access_revoked',
  ],
  integration: 'hub→psa',
  operation: 'keep PSA agents in step',
  needs: ['PSA_API_URL', 'PSA_SERVICE_KEY'],
  handler: async ({ event, store, now, tenantId, services }) => {
    const { syncAgent } = await import('./agent-sync.ts')
    const { user_id: userId, user_version: version } = event.data
    const [hub, psa] = await Promise.all([services.hub(), services.psa()])
    const tools = { hub, psa, store, now }
    return syncAgent(tools, { tenantId, userId, version })
  },
})
