// Why a client's invoice is what it is (AI-11).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const billingExplanation = feature({
  name: 'billing-explanation',
  namespace: 'books',
  summary: "Explains a client's invoice and what has changed since the month before, with figures that were recomputed",
  people: [session('ai', { atLeast: 'admin' })],
  contract: () => import('./contract.ts'),
  input: 'BillingExplanationInput',
  output: 'BillingExplanation',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'fast',
  ceiling: 2_500,
  waitMs: 45_000,
  isGrounded: true,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'client',
})
