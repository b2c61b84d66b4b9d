// The recap of a call, from its transcript (AI-10).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const callRecap = feature({
  name: 'call-recap',
  namespace: 'voice',
  summary: 'Sums up a call from its transcript, with what has to be done, by whom and until when',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'CallRecapInput',
  output: 'CallRecap',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'fast',
  ceiling: 2_500,
  waitMs: 90_000,
  inputBytesMax: 1_500_000,
  isGrounded: true,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'internal',
})
