// Timers of The One Code's tickets.
import { timer } from '../../../shared/triggers/timer.ts'

export const reconcileTickets = timer({
  name: 'code-ticket-reconcile-timer',
  schedule: '0 40 2 * * *',
  summary: 'Finishes tickets that were begun but not recorded, and extends the retention of those still open in PSA',
  integration: 'code→psa',
  operation: 'finish tickets at night',
  severity: 'high',
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { ticketEffect } = await import('./ticket-effect.ts')
    await ticketEffect.sweep(services, signal)
    const { renewTickets } = await import('./renewal.ts')
    await renewTickets(services, signal)
  },
})
