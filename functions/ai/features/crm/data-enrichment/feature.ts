// Choosing among values that were found about a company or a contact (AI-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const dataEnrichment = feature({
  name: 'data-enrichment',
  namespace: 'crm',
  summary: 'Chooses among values that were found about a company or a contact, and its industry from a list',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'DataEnrichmentInput',
  output: 'DataEnrichment',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'fast',
  ceiling: 800,
  waitMs: 30_000,
  isGrounded: true,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'internal',
})
