// The review of an application, told in prose (CODE-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const reviewNarrative = feature({
  name: 'code-review-narrative',
  namespace: 'code',
  summary: 'Tells the review of an application in prose, for the people who decide',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'ReviewInput',
  output: 'text',
  isGrounded: true,
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 2_000,
  waitMs: 90_000,
  inputBytesMax: 1_000_000,
  audience: 'client',
})
