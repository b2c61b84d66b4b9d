// Governance → Keys: a key is replaced, in peace or because it is suspected, the first one is made, and how far that is.
import { integrationKey, operator, operatorSettings, session } from '../../../shared/auth/caller.ts'
import type { Integration } from '../../../shared/integrations.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'
import { rotationCommand } from './rotation-command.ts'

const contract = () => import('./contract.ts')
const begin = () => import('./rotation-begin.ts')
const request = () => import('./rotation-request.ts')
const progress = () => import('./rotation-progress.ts')

const admins = [session('ai', { atLeast: 'admin' })] as const
const operators = [operator('Operator.Keys')] as const
const needs = ['DATA_STORAGE', 'KEY_VAULT', 'AUDIT_SIGNING_KEY', 'SERVICE_BUS'] as const
const uses = { sendsTo: [rotationCommand.queue], rotatesKeys: true } as const

type Replacement = {
  readonly name: string
  readonly path: string
  readonly summary: string
  readonly integration: Integration
  readonly operation: string
  readonly isSuspected: boolean
}

const replacement = ({ path, isSuspected, ...own }: Replacement): HttpDefinition =>
  http({
    ...own,
    method: 'POST',
    route: `ai/governance/keys/{keyId}/${path}`,
    callers: admins,
    needs,
    uses,
    contract,
    audit: 'key.rotated',
    params: 'KeyParams',
    returns: { 201: 'NewKey', 202: 'Rotation' },
    errors: ['not-found', 'conflict'],
    handler: async ({ params: { keyId }, tenantId, actor, store, now, services }) => {
      const order = { tenantId, keyId, by: actor, isSuspected }
      return (await request()).replaceKey({ store, now, services }, order)
    },
  })

const replaceOne = replacement({
  name: 'ai-replace-key',
  path: 'replace',
  summary:
    'Replaces a key. Both are good until the consumer is on the new one, for 14 days at most. A product that takes keys by registration is handed it (202); else the answer alone shows it (201)',
  integration: 'suite→queues',
  operation: 'ask for rotations',
  isSuspected: false,
})

const replaceSuspected = replacement({
  name: 'ai-replace-suspected-key',
  path: 'replace-suspected',
  summary:
    'Ends a suspected key: refused everywhere within 10 seconds. Then replaces it as any other key, also one that was revoked before',
  integration: 'suite→keys',
  operation: 'end suspected key',
  isSuspected: true,
})

const replaceSuspectedAsOperator = http({
  name: 'ai-replace-suspected-key-as-operator',
  method: 'POST',
  route: 'ai/governance/platform/tenants/{tenantId}/keys/{keyId}/replace-suspected',
  summary:
    'Ends a suspected key of an organization: refused everywhere within 10 seconds. Then replaces it, where a product takes the new key by registration',
  integration: 'suite→keys',
  operation: 'end suspected key as operator',
  callers: operators,
  needs: [...needs, ...operatorSettings],
  uses,
  contract,
  params: 'OperatorKeyParams',
  returns: { 202: 'Rotation' },
  errors: ['not-found', 'conflict'],
  handler: async ({ params: { keyId }, tenantId, actor, store, now, services }) => {
    const order = { tenantId, keyId, by: actor, isSuspected: true }
    return (await request()).replaceUnseen({ store, now, services }, order)
  },
})

const provisionAsOperator = http({
  name: 'ai-provision-key-as-operator',
  method: 'POST',
  route: 'ai/governance/platform/tenants/{tenantId}/key-rotations',
  summary:
    'Makes the first key of an integration of an organization, and registers it with the product. From then on it is rotated by itself',
  integration: 'suite→queues',
  operation: 'provision keys',
  callers: operators,
  needs: [...needs, ...operatorSettings],
  uses,
  contract,
  params: 'TenantPath',
  body: 'Provision',
  returns: { 202: 'Rotation' },
  errors: ['conflict'],
  handler: async ({ tenantId, body: { integration }, actor, store, now, services }) => {
    const rotation = await (await begin()).beginFirst({ store, now }, { tenantId, by: actor, integration })
    await (await request()).requestRotation(services, rotation)
    return { status: 202, body: await (await progress()).showRotation({ store, now }, rotation) }
  },
})

const readRotation = http({
  name: 'ai-read-key-rotation',
  method: 'GET',
  route: 'ai/governance/key-rotations/{rotationId}',
  summary: 'How far the replacement of a key is',
  callers: [...admins, integrationKey('ai:keys:read')],
  needs: ['DATA_STORAGE'],
  contract,
  params: 'RotationParams',
  returns: { 200: 'Rotation' },
  errors: ['not-found'],
  handler: async ({ params: { rotationId }, tenantId, store, now }) => {
    const rotation = await (await begin()).requireRotation(store, { tenantId, rotationId })
    return { status: 200, body: await (await progress()).showRotation({ store, now }, rotation) }
  },
})

const readAsOperator = http({
  name: 'ai-read-key-rotation-as-operator',
  method: 'GET',
  route: 'ai/governance/platform/tenants/{tenantId}/key-rotations/{rotationId}',
  summary: 'How far the replacement of a key of an organization is',
  callers: operators,
  needs: ['DATA_STORAGE', ...operatorSettings],
  contract,
  params: 'OperatorRotationParams',
  returns: { 200: 'Rotation' },
  errors: ['not-found'],
  handler: async ({ tenantId, params: { rotationId }, store, now }) => {
    const rotation = await (await begin()).requireRotation(store, { tenantId, rotationId })
    return { status: 200, body: await (await progress()).showRotation({ store, now }, rotation) }
  },
})

export const rotationEndpoints: readonly HttpDefinition[] = [
  replaceOne,
  replaceSuspected,
  replaceSuspectedAsOperator,
  provisionAsOperator,
  readRotation,
  readAsOperator,
]
