// API keys: with which programs of a person call the AI Platform, as far as the person may and as long as the person may (AI-13).
import { session } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const life = () => import('./key-life.ts')
const keyTable = () => import('../../../shared/auth/integration-key.ts')

const people = [session('ai', { atLeast: 'member' })] as const
const needs = ['DATA_STORAGE'] as const

const createApiKey = http({
  name: 'ai-create-api-key',
  method: 'POST',
  route: 'ai/api-keys',
  summary:
    "Makes an API key, no wider than the person's role. The answer alone shows it. It ends with the person's access",
  callers: people,
  needs,
  contract,
  audit: 'key.created',
  auditFacts: ['scopes'],
  body: 'ApiKeyDraft',
  returns: { 201: 'NewKey' },
  handler: async ({ body: { name, days, scopes }, caller, tenantId, actor, store, now, services: { config } }) => {
    const { personIntegration, requirePersonalGrant } = await import('./grants.ts')
    const { userId, role, issuedAt } = caller
    requirePersonalGrant(role, scopes)
    const whose = { tenantId, createdBy: actor, holder: { userId, role, since: issuedAt } }
    const draft = { ...whose, integration: personIntegration, scopes, days, label: name }
    const { makeKey, newKeyAnswer } = await life()
    const made = await makeKey({ store, config, now: now() }, draft)
    return newKeyAnswer(made)
  },
})

const listApiKeys = http({
  name: 'ai-list-api-keys',
  method: 'GET',
  route: 'ai/api-keys',
  summary: "The person's API keys, newest first, with when they were used",
  callers: people,
  needs,
  contract,
  query: 'KeyQuery',
  returns: { 200: 'Keys' },
  handler: async ({ query, caller: { userId }, tenantId, store, now }) => ({
    status: 200,
    body: await (await life()).listKeys({ store, now: now() }, { tenantId, userId }, query),
  }),
})

const revokeApiKey = http({
  name: 'ai-revoke-api-key',
  method: 'POST',
  route: 'ai/api-keys/{keyId}/revoke',
  summary: 'Ends an API key of the person',
  callers: people,
  needs,
  contract,
  audit: 'key.revoked',
  params: 'KeyParams',
  returns: { 200: 'Key' },
  errors: ['not-found', 'conflict'],
  handler: async ({ params: { keyId }, caller: { userId }, tenantId, actor, store, now }) => {
    const { readKey, revokeKey } = await keyTable()
    const { holder } = await readKey(store, tenantId, keyId)
    if (holder?.userId !== userId) throw new AppError('not-found', `You have no API key with the id ${keyId}.`)
    const key = await revokeKey(store, { tenantId, keyId }, { at: now().toISOString(), by: actor })
    return { status: 200, body: await (await life()).showKey({ store, now: now() }, key) }
  },
})

export const apiKeyEndpoints: readonly HttpDefinition[] = [createApiKey, listApiKeys, revokeApiKey]
