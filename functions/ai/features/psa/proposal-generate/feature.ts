// The root cause of a ticket, looked for in what the products know (AI-5).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const proposalGenerate = feature({
  name: 'proposal-generate',
  namespace: 'psa',
  summary: 'Reports on the root cause of a ticket: a time line, hypotheses with their evidence, and open questions',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'ProposalInput',
  output: 'Proposal',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 4_000,
  waitMs: 120_000,
  inputBytesMax: 1_500_000,
  isGrounded: true,
  settle: async () => (await import('./settled.ts')).settle,
  check: async () => (await import('./check.ts')).check,
  fallback: async () => (await import('./fallback.ts')).fallback,
  audience: 'internal',
})
