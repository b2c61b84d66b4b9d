// What happened in an investigation, told in the order of time (AI-9).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const attackNarrative = feature({
  name: 'attack-narrative',
  namespace: 'defend',
  summary: 'Tells the events of an investigation as the narrative of an attack, each sentence with its evidence',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'AttackNarrativeInput',
  output: 'AttackNarrative',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 4_000,
  waitMs: 120_000,
  inputBytesMax: 1_500_000,
  isGrounded: true,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'internal',
})
