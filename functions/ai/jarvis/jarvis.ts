// Jarvis as what an answer is made by: the same limits, ledger, gate and checks as every feature.
import type { Answerable } from '../../../shared/features/feature.ts'

export const jarvis: Answerable = {
  name: 'jarvis',
  output: 'text',
  isGrounded: true,
  quotesInstead: true,
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 1_500,
  waitMs: 120_000,
  audience: 'internal',
}
