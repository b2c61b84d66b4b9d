// Timers of The One Code's opportunities.
import { timer } from '../../../shared/triggers/timer.ts'

export const reconcileOpportunities = timer({
  name: 'code-opportunity-reconcile-timer',
  schedule: '0 50 2 * * *',
  summary:
    'Finishes opportunities that were begun but not recorded, and extends the retention of those still open in CRM',
  integration: 'code→crm',
  operation: 'finish opportunities at night',
  needs: ['DATA_STORAGE', 'CRM_API_URL', 'CRM_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const { opportunityEffect } = await import('./opportunity-effect.ts')
    await opportunityEffect.sweep(services, signal)
    const { renewOpportunities } = await import('./renewal.ts')
    await renewOpportunities(services, signal)
  },
})
