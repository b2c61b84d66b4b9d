// Governance → Keys: a key takes the place of another, in peace or because it is suspected.
import { session } from '../../../shared/auth/caller.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const life = () => import('./key-life.ts')
const replacement = () => import('./replacement.ts')
const needs = ['DATA_STORAGE'] as const

const replaceOne = http({
  name: 'ai-replace-key',
  method: 'POST',
  route: 'ai/governance/keys/{keyId}/replace',
  summary:
    'Makes the key that takes the place of another. Both are good until the consumer is on the new one, for 14 days at most. The answer alone shows it',
  callers: [session('ai', { atLeast: 'admin' })],
  needs,
  contract,
  audit: 'key.rotated',
  params: 'KeyParams',
  returns: { 201: 'NewKey' },
  errors: ['not-found', 'conflict'],
  handler: async ({ params: { keyId }, tenantId, actor, store, now, services: { config } }) => {
    const { newKeyAnswer } = await life()
    const { replaceKey } = await replacement()
    const made = await replaceKey({ store, now, config }, { tenantId, keyId, by: actor, isSuspected: false })
    return newKeyAnswer(made)
  },
})

const replaceSuspected = http({
  name: 'ai-replace-suspected-key',
  method: 'POST',
  route: 'ai/governance/keys/{keyId}/replace-suspected',
  summary:
    'Ends a suspected key: refused everywhere within 10 seconds. Then makes another in its place, also of one that was revoked before; the answer alone shows it',
  callers: [session('ai', { atLeast: 'admin' })],
  needs,
  contract,
  audit: 'key.rotated',
  params: 'KeyParams',
  returns: { 201: 'NewKey' },
  errors: ['not-found', 'conflict'],
  handler: async ({ params: { keyId }, tenantId, actor, store, now, services: { config } }) => {
    const { newKeyAnswer } = await life()
    const { replaceKey } = await replacement()
    const made = await replaceKey({ store, now, config }, { tenantId, keyId, by: actor, isSuspected: true })
    return newKeyAnswer(made)
  },
})

export const replacementEndpoints: readonly HttpDefinition[] = [replaceOne, replaceSuspected]
