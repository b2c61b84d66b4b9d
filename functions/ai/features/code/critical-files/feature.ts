// The files that matter at a handoff (CODE-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const criticalFiles = feature({
  name: 'code-critical-files',
  namespace: 'code',
  summary: 'Names the files of a repository that whoever takes over has to know first',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'CriticalFilesInput',
  output: 'CriticalFiles',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'fast',
  ceiling: 1_500,
  waitMs: 60_000,
  inputBytesMax: 1_000_000,
  fallback: async () => (await import('./fallback.ts')).fallback,
  cached: { keepForHours: 168, of: 'organization' },
  audience: 'internal',
})
