// Suggests what a technician could say next in a running call (AI-10).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const replySuggest = feature({
  name: 'reply-suggest',
  namespace: 'voice',
  summary: 'Suggests replies in a running call, each with the lines and articles that it rests on',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'ReplySuggestInput',
  output: 'ReplySuggestion',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'fast',
  ceiling: 400,
  waitMs: 20_000,
  isGrounded: true,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'internal',
})
