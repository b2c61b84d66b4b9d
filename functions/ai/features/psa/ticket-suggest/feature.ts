// Category, priority and resolution of a new ticket, by the closed ones of the tenant (AI-5).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const ticketSuggest = feature({
  name: 'ticket-suggest',
  namespace: 'psa',
  summary: 'Suggests category, priority and resolution of a ticket by the closed tickets of the tenant',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'TicketSuggestInput',
  output: 'TicketSuggestion',
  prompt: async () => (await import('./prompt.ts')).prompt,
  settle: async () => (await import('./least-confidence.ts')).settle,
  modelClass: 'fast',
  ceiling: 1_200,
  waitMs: 30_000,
  inputBytesMax: 1_500_000,
  isGrounded: true,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'internal',
})
