// Technical debt of a repository (CODE-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const debtAnalysis = feature({
  name: 'code-debt-analysis',
  namespace: 'code',
  summary: 'Finds the technical debt of a repository, weighs it and says what to do first',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'DebtInput',
  output: 'DebtAnalysis',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 3_000,
  waitMs: 90_000,
  inputBytesMax: 1_000_000,
  fallback: async () => (await import('./fallback.ts')).fallback,
  cached: { keepForHours: 168, of: 'organization' },
  audience: 'internal',
})
