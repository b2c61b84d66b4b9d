// Documentation of a repository, in eight kinds (CODE-7).
import { session } from '../../../../../shared/auth/caller.ts'
import { feature } from '../../../../../shared/features/feature.ts'

export const documentation = feature({
  name: 'code-documentation',
  namespace: 'code',
  summary: 'Writes one kind of documentation of a repository from its files',
  people: [session('ai', { atLeast: 'member' })],
  contract: () => import('./contract.ts'),
  input: 'DocumentationInput',
  output: 'text',
  isGrounded: true,
  prompt: async () => (await import('./prompt.ts')).prompt,
  fallback: async () => (await import('./fallback.ts')).fallback,
  modelClass: 'deep',
  ceiling: 4_000,
  waitMs: 120_000,
  inputBytesMax: 1_000_000,
  cached: { keepForHours: 168, of: 'organization' },
  audience: 'internal',
})
