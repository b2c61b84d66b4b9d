// What became of suggestions for tickets: PSA says it, and members see the counts (AI-5).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const counting = () => import('./counting.ts')

const callers = [session('ai', { atLeast: 'member' }), integrationKey('ai:features:psa')] as const
const route = 'ai/ticket-suggestions/outcomes'

export const takeSuggestionOutcome = http({
  name: 'ai-take-suggestion-outcome',
  method: 'POST',
  route,
  summary: 'Counts what became of a suggestion for a ticket: shown, accepted, edited or dismissed. Each counts once',
  audit: 'suggestion.answered',
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  body: 'OutcomeDraft',
  returns: { 200: 'OutcomeTaken' },
  errors: ['storage-unavailable', 'conflict'],
  rate: { by: 'caller', perMinute: 6_000 },
  handler: async ({ body, store, now, tenantId }) => ({
    status: 200,
    body: { outcome: await (await counting()).takeOutcome({ store, now, tenantId }, body) },
  }),
})

export const readSuggestionOutcomes = http({
  name: 'ai-read-suggestion-outcomes',
  method: 'GET',
  route,
  summary: 'Shows what became of suggestions for tickets: counts by day and field, and the rate of acceptance',
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'OutcomesQuery',
  returns: { 200: 'Outcomes' },
  errors: ['storage-unavailable'],
  handler: async ({ query, store, now, tenantId }) => ({
    status: 200,
    body: await (await counting()).showOutcomes({ store, now, tenantId }, query),
  }),
})
