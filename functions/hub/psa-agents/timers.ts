// Timers of PSA agents.
import { timer } from '../../../shared/triggers/timer.ts'

export const repairAgents = timer({
  name: 'hub-psa-agent-repair-timer',
  schedule: '0 20 2 * * *',
  summary: 'Repairs PSA agents that missed an event',
  integration: 'hub→psa',
  operation: 'run the nightly repair of PSA agents',
  severity: 'high',
  needs: ['DATA_STORAGE', 'HUB_API_URL', 'HUB_SERVICE_KEY', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { repairAllAgents } = await import('./agent-repair.ts')
    await repairAllAgents(services, signal)
  },
})

export const followOrganizations = timer({
  name: 'hub-organization-watch-timer',
  schedule: '*/20 * * * * *',
  summary:
    'Ends sessions and deactivates PSA agents of suspended organizations, and reactivates the agents with the organization',
  integration: 'hub→psa',
  operation: 'look for organizations that were suspended or came back',
  severity: 'high',
  needs: ['DATA_STORAGE', 'HUB_API_URL', 'HUB_SERVICE_KEY', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  minutesMax: 4,
  handler: async ({ services, signal }) => {
    const { followAllOrganizations } = await import('./organization-watch.ts')
    await followAllOrganizations(services, signal)
  },
})
