// Timers of PSA agents.
import { timer } from '../../../shared/triggers/timer.ts'

export const repairAgents = timer({
  name: 'hub-psa-agent-repair-timer',
  schedule: '0 20 2 * * *',
  summary: 'Repairs PSA agents of whom no event told us, and ends the sessions of suspended organizations',
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
