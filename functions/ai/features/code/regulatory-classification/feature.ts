// Which regulations may apply to a repository (CODE-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const regulatoryClassification = feature({
  name: 'code-regulatory-classification',
  namespace: 'code',
  summary: 'Says which regulations may apply to what a repository does with data, and why',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'RegulatoryInput',
  output: 'RegulatoryClassification',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 2_000,
  waitMs: 60_000,
  inputBytesMax: 1_000_000,
  fallback: async () => (await import('./fallback.ts')).fallback,
  cached: { keepForHours: 168, of: 'organization' },
  audience: 'internal',
})
