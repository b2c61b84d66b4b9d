// Governance → Keys: those with which products call this suite for an organization, as its admins see them, and as operators do (KEY-1, KEY-4).
import { integrationKey, operator, operatorSettings, session } from '../../../shared/auth/caller.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const life = () => import('./key-life.ts')
const grantsFile = () => import('./grants.ts')
const keyTable = () => import('../../../shared/auth/integration-key.ts')
const useReport = () => import('../../../shared/auth/key-use-report.ts')

const admins = [session('ai', { atLeast: 'admin' })] as const
const readers = [...admins, integrationKey('ai:keys:read')] as const
const operators = [operator('Operator.Keys')] as const
const needs = ['DATA_STORAGE'] as const
const operatorNeeds = [...needs, ...operatorSettings] as const

const createKey = http({
  name: 'ai-create-key',
  method: 'POST',
  route: 'ai/governance/keys',
  summary: 'Makes a key with which a product calls this suite for the organization. The answer alone shows it',
  callers: admins,
  needs,
  contract,
  audit: 'key.created',
  auditFacts: ['integration', 'scopes'],
  body: 'KeyDraft',
  returns: { 201: 'NewKey' },
  handler: async ({ body: { name, days, integration, scopes }, tenantId, actor, store, now, services: { config } }) => {
    const { requireGrant } = await grantsFile()
    requireGrant(integration, scopes)
    const draft = { tenantId, integration, scopes, days, label: name, createdBy: actor }
    const { makeKey, newKeyAnswer } = await life()
    const made = await makeKey({ store, config, now: now() }, draft)
    return newKeyAnswer(made)
  },
})

const listKeys = http({
  name: 'ai-list-keys',
  method: 'GET',
  route: 'ai/governance/keys',
  summary: 'Keys of the organization and of its people, newest first, with when they were used',
  callers: readers,
  needs,
  contract,
  query: 'KeyQuery',
  returns: { 200: 'Keys' },
  handler: async ({ query, tenantId, store, now }) => ({
    status: 200,
    body: await (await life()).listKeys({ store, now: now() }, { tenantId }, query),
  }),
})

const readOne = http({
  name: 'ai-read-key',
  method: 'GET',
  route: 'ai/governance/keys/{keyId}',
  summary: 'One key of the organization',
  callers: readers,
  needs,
  contract,
  params: 'KeyParams',
  returns: { 200: 'Key' },
  errors: ['not-found'],
  handler: async ({ params: { keyId }, tenantId, store, now }) => {
    const key = await (await keyTable()).readKey(store, tenantId, keyId)
    return { status: 200, body: await (await life()).showKey({ store, now: now() }, key) }
  },
})

const readUse = http({
  name: 'ai-read-key-use',
  method: 'GET',
  route: 'ai/governance/keys/{keyId}/use',
  summary: 'What a key of the organization was used for, by hour: from where, for which functions, how often',
  callers: readers,
  needs,
  contract,
  params: 'KeyParams',
  query: 'KeyQuery',
  returns: { 200: 'KeyUse' },
  errors: ['not-found'],
  handler: async ({ params: { keyId }, query, tenantId, store }) => {
    await (await keyTable()).readKey(store, tenantId, keyId)
    const { hours, ...page } = await (await useReport()).listKeyUse(store, { tenantId, keyId }, query)
    return { status: 200, body: { hours: [...hours], ...page } }
  },
})

const revokeOne = http({
  name: 'ai-revoke-key',
  method: 'POST',
  route: 'ai/governance/keys/{keyId}/revoke',
  summary: 'Ends a key of the organization or of one of its people: refused everywhere within 10 seconds',
  callers: admins,
  needs,
  contract,
  audit: 'key.revoked',
  params: 'KeyParams',
  returns: { 200: 'Key' },
  errors: ['not-found', 'conflict'],
  handler: async ({ params: { keyId }, tenantId, actor, store, now }) => {
    const revoked = { at: now().toISOString(), by: actor }
    await (await life()).requireVerifiedHere(store, tenantId, keyId)
    const key = await (await keyTable()).revokeKey(store, { tenantId, keyId }, revoked)
    return { status: 200, body: await (await life()).showKey({ store, now: now() }, key) }
  },
})

const listAsOperator = http({
  name: 'ai-list-keys-as-operator',
  method: 'GET',
  route: 'ai/governance/platform/tenants/{tenantId}/keys',
  summary: 'Keys of an organization, newest first, with when they were used',
  callers: operators,
  needs: operatorNeeds,
  contract,
  params: 'TenantPath',
  query: 'KeyQuery',
  returns: { 200: 'Keys' },
  handler: async ({ tenantId, query, store, now }) => ({
    status: 200,
    body: await (await life()).listKeys({ store, now: now() }, { tenantId }, query),
  }),
})

const revokeAsOperator = http({
  name: 'ai-revoke-key-as-operator',
  method: 'POST',
  route: 'ai/governance/platform/tenants/{tenantId}/keys/{keyId}/revoke',
  summary: 'Ends a key of an organization: refused everywhere within 10 seconds',
  callers: operators,
  needs: operatorNeeds,
  contract,
  params: 'OperatorKeyParams',
  returns: { 200: 'Key' },
  errors: ['not-found', 'conflict'],
  handler: async ({ tenantId, params: { keyId }, actor, store, now }) => {
    const revoked = { at: now().toISOString(), by: actor }
    await (await life()).requireVerifiedHere(store, tenantId, keyId)
    const key = await (await keyTable()).revokeKey(store, { tenantId, keyId }, revoked)
    return { status: 200, body: await (await life()).showKey({ store, now: now() }, key) }
  },
})

export const keyEndpoints: readonly HttpDefinition[] = [
  createKey,
  listKeys,
  readOne,
  readUse,
  revokeOne,
  listAsOperator,
  revokeAsOperator,
]
