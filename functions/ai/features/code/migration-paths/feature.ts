// Ways to migrate a repository (CODE-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const migrationPaths = feature({
  name: 'code-migration-paths',
  namespace: 'code',
  summary: 'Compares ways to bring a repository to a newer platform',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'MigrationInput',
  output: 'MigrationPaths',
  prompt: async () => (await import('./prompt.ts')).prompt,
  modelClass: 'deep',
  ceiling: 3_000,
  waitMs: 90_000,
  inputBytesMax: 1_000_000,
  audience: 'internal',
})
