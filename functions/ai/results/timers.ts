// The nightly timer of results.
import { timer } from '../../../shared/triggers/timer.ts'
import { narrativeIncident } from './incidents.ts'

export const reconcileResults = timer({
  name: 'ai-result-reconcile-timer',
  schedule: '0 20 3 * * *',
  summary: 'Finishes narratives and recaps that were made but are not known to be in their product',
  ...narrativeIncident,
  operation: 'finish results at night',
  needs: ['DATA_STORAGE', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY', 'VOICE_API_URL', 'VOICE_SERVICE_KEY'],
  minutesMax: 9,
  handler: async ({ services, signal }) => {
    const [{ sweepResults }, { narrativeResult }, { recapResult }] = await Promise.all([
      import('../../../shared/results/making.ts'),
      import('./attack-narrative/result.ts'),
      import('./call-recap/result.ts'),
    ])
    await sweepResults(narrativeResult, services, signal)
    await sweepResults(recapResult, services, signal)
  },
})
