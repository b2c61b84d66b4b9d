// Timers of security tickets.
import { timer } from '../../../shared/triggers/timer.ts'

export const reconcileSecurityTickets = timer({
  name: 'ai-security-ticket-reconcile-timer',
  schedule: '0 50 2 * * *',
  summary:
    'Finishes security tickets that were begun but not recorded, and extends the retention of those still open in PSA',
  integration: 'defend→psa',
  operation: 'finish security tickets at night',
  severity: 'high',
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { sweepUnsettled } = await import('./sweep.ts')
    await sweepUnsettled(services, signal)
    const { renewSecurityTickets } = await import('./renewal.ts')
    await renewSecurityTickets(services, signal)
  },
})
