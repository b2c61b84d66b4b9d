// What became of suggestions for tickets, as PSA publishes it on the bus.
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const suggestionSubscriber = subscriber({
  name: 'ai-suggestion-outcome-subscriber',
  queue: 'ai-suggestion-outcomes',
  summary: 'Counts what became of suggestions for tickets',
  events: ['psa.suggestion.answered'],
  integration: 'psa→ai',
  operation: 'count outcomes of suggestions',
  handler: async ({ event, store, now, tenantId }) => {
    const { requireData } = await import('../../../shared/bus/needed-data.ts')
    const { suggestion_id: suggestionId, field, outcome } = requireData(event, ['suggestion_id', 'field', 'outcome'])
    const { takeOutcome } = await import('./counting.ts')
    const taken = await takeOutcome({ store, now, tenantId }, { suggestionId, field, outcome })
    return taken === 'counted' ? 'completed' : 'duplicate'
  },
})
