import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import * as contract from '../../../../functions/governance/keys/contract.ts'
import { createIntegrationKey, revokeKey } from '../../../../shared/auth/integration-key.ts'
import { createKeyVerifier } from '../../../../shared/auth/key-verifier.ts'
import { createSessionCutoffs } from '../../../../shared/auth/session-cutoff.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { read } from '../../../support/checked-answer.ts'
import { eventually } from '../../../support/eventually.ts'
import { admittedOperator } from '../../../support/operators.ts'
import { expectProblem, keyRefusal, needsScope, problemOf } from '../../../support/problem.ts'
import { storedText } from '../../../support/stored-text.ts'

const { urls, settings } = inject('stack')
const connectionString = settings['DATA_STORAGE'] ?? ''
const store = createStore({ connectionString })

const path = '/api/ai/governance/keys'
const draft = { name: 'Nightly scans', integration: 'scanner→code', scopes: ['code:tickets:read'] }
const adminOf = (tenantId: string): Promise<Client> =>
  signIn(urls, identity({ tenantId, product: 'ai', role: 'admin' }))

const make = async (client: Client, given: object = {}) => {
  const { created, key = '' } = await read(
    await client.send('POST', path, { ...draft, ...given }),
    201,
    contract.NewKey,
  )
  expect(key).toContain(`_${created.id}_`)
  return { id: created.id, key }
}
const listOf = async (client: Client, query = '') => read(await client.fetch(`${path}${query}`), 200, contract.Keys)
const withKey = (key: string): Client => newClient(urls, { 'x-integration-key': key })
const tickets = (key: string): Promise<Response> => withKey(key).fetch('/api/code/tickets')

// Most of them wait: for caches to age, for retries, for events. Each has an organization of its own.
describe.concurrent('a key that an admin makes', () => {
  it('opens what its scopes name, is listed without its secret, and ends when it is revoked', async () => {
    const admin = await adminOf(newTenantId())
    const { id, key } = await make(admin)
    expect((await tickets(key)).status).toBe(200)
    const { keys } = await listOf(admin)
    expect(keys).toMatchObject([
      { id, name: draft.name, integration: draft.integration, scopes: draft.scopes, state: 'active', ageDays: 0 },
    ])
    expect(JSON.stringify(keys)).not.toContain(key.slice(-49))
    const revoked = await read(await admin.send('POST', `${path}/${id}/revoke`, undefined), 200, contract.Key)
    expect(revoked).toMatchObject({ state: 'revoked', revoked: { by: expect.stringMatching(/^user:/) as string } })
    await eventually(
      async () => (await tickets(key)).status,
      (status) => status === 401,
      10_000,
    )
    await expectProblem(await tickets(key), keyRefusal)
    const again = await read(await admin.send('POST', `${path}/${id}/revoke`, undefined), 200, contract.Key)
    expect(again.revoked).toEqual(revoked.revoked)
  })

  it('cannot be wider than its integration', async () => {
    const admin = await adminOf(newTenantId())
    for (const scopes of [['governance:incidents:write'], ['code:tickets:read', 'governance:incidents:read']])
      await expectProblem(
        await admin.send('POST', path, { ...draft, scopes }),
        problemOf(
          'forbidden',
          `A key of scanner→code cannot have the scope ${scopes.filter((scope) => scope !== 'code:tickets:read').join()}. Leave it out.`,
        ),
      )
    expect((await listOf(admin)).keys).toEqual([])
  })

  it('is shown to nobody of another organization, and cannot be revoked there', async () => {
    const [admin, stranger] = [await adminOf(newTenantId()), await adminOf(newTenantId())]
    const { id, key } = await make(admin)
    const absent = problemOf('not-found', `The organization has no key with the id ${id}.`)
    await expectProblem(await stranger.fetch(`${path}/${id}`), absent)
    await expectProblem(await stranger.fetch(`${path}/${id}/use`), absent)
    await expectProblem(await stranger.send('POST', `${path}/${id}/revoke`, undefined), absent)
    expect((await listOf(stranger)).keys).toEqual([])
    expect((await tickets(key)).status).toBe(200)
  })

  it('is listed page by page, newest first', async () => {
    const admin = await adminOf(newTenantId())
    const made = [await make(admin), await make(admin), await make(admin)].map(({ id }) => id)
    const { keys, nextCursor = '' } = await listOf(admin, '?limit=2')
    const rest = await listOf(admin, `?limit=2&cursor=${encodeURIComponent(nextCursor)}`)
    expect([...keys, ...rest.keys].map(({ id }) => id)).toEqual(made.toReversed())
    expect(rest.nextCursor).toBeUndefined()
  })

  it('is shown once: a repetition has its id, and no table has the key', async () => {
    const since = new Date()
    const admin = await adminOf(newTenantId())
    const headers = { 'idempotency-key': randomUUID(), 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body: JSON.stringify(draft) }
    const first = await read(await admin.fetch(path, request), 201, contract.NewKey)
    const response = await admin.fetch(path, request)
    expect(response.headers.get('idempotent-replayed')).toBe('true')
    const second: unknown = await response.json()
    expect(second).toEqual({ created: first.created })
    const stored = await storedText(connectionString, { since })
    expect(stored).toContain(first.created.id)
    expect(stored).not.toContain(first.key?.slice(-49))
    expect((await listOf(admin)).keys).toHaveLength(1)
  })
})

describe.concurrent('the use of a key', () => {
  it('has its first moment at once, and counts by hour, function and address after seconds', async () => {
    const admin = await adminOf(newTenantId())
    const { id, key } = await make(admin)
    expect((await listOf(admin)).keys[0]).not.toHaveProperty('firstUsedAt')
    await tickets(key)
    const { firstUsedAt } = await read(await admin.fetch(`${path}/${id}`), 200, contract.Key)
    expect(firstUsedAt).toBeDefined()
    for (let count = 0; count < 4; count++) await tickets(key)
    const { hours } = await eventually(
      async () => read(await admin.fetch(`${path}/${id}/use`), 200, contract.KeyUse),
      (use) => use.hours.reduce((sum, { count }) => sum + count, 0) === 5,
      10_000,
    )
    expect(hours.map(({ operations }) => Object.keys(operations))).toEqual(hours.map(() => ['code-list-tickets']))
    expect(hours.at(-1)?.firstAt).toBe(firstUsedAt)
    expect((await listOf(admin)).keys[0]?.lastUsedAt).toBe(hours[0]?.lastAt)
  })

  it('is in the audit log of the organization, and so is why a key was refused', async () => {
    const admin = await adminOf(newTenantId())
    const { id, key } = await make(admin)
    await tickets(key)
    await expectProblem(await withKey(key).send('POST', '/api/code/tickets', {}), needsScope('code:tickets:write'))
    type Entry = { readonly action: string; readonly subjects?: readonly string[]; readonly facts?: object }
    const { entries } = await eventually(
      async () => (await (await admin.fetch('/api/ai/governance/audit')).json()) as { entries: readonly Entry[] },
      (log) => ['key.used', 'key.refused'].every((action) => log.entries.some((entry) => entry.action === action)),
      15_000,
    )
    const ofKey = entries.filter(({ subjects }) => subjects?.[0] === id)
    expect(ofKey.find(({ action }) => action === 'key.refused')?.facts).toEqual({ reason: 'scope' })
    expect(entries.map(({ action }) => action)).toContain('key.created')
    expect(JSON.stringify(entries)).not.toContain(key.slice(-49))
  })

  it('does not count what was refused', async () => {
    const admin = await adminOf(newTenantId())
    const { id, key } = await make(admin)
    await expectProblem(await withKey(key).send('POST', '/api/code/tickets', {}), needsScope('code:tickets:write'))
    expect(await read(await admin.fetch(`${path}/${id}`), 200, contract.Key)).not.toHaveProperty('firstUsedAt')
  })
})

describe.concurrent('an operator', () => {
  it('sees and revokes the keys of the organization that the access is to, and of no other', async () => {
    const tenantId = newTenantId()
    const admin = await adminOf(tenantId)
    const { id } = await make(admin)
    const { authorization, actor } = await admittedOperator({ directory: urls.operators, store }, tenantId, [
      'Operator.Keys',
    ])
    const operator = newClient(urls, { authorization })
    const keys = (of: string) => `/api/ai/governance/platform/tenants/${of}/keys`
    const listed = await read(await operator.fetch(keys(tenantId)), 200, contract.Keys)
    expect(listed.keys.map((key) => key.id)).toEqual([id])
    const other = newTenantId()
    const { id: otherId } = await make(await adminOf(other))
    expect((await operator.send('POST', `${keys(other)}/${otherId}/revoke`, undefined)).status).toBe(403)
    await expectProblem(
      await operator.send('POST', `${keys(tenantId)}/${otherId}/revoke`, undefined),
      problemOf('not-found', `The organization has no key with the id ${otherId}.`),
    )
    const revoked = await operator.send('POST', `${keys(tenantId)}/${id}/revoke`, undefined)
    expect(await read(revoked, 200, contract.Key)).toMatchObject({ id, state: 'revoked', revoked: { by: actor } })
  })
})

describe.concurrent('an API key', () => {
  const apiPath = '/api/ai/api-keys'
  const person = async (role: 'member' | 'admin', tenantId = newTenantId()) => {
    const who = identity({ tenantId, product: 'ai', role })
    return { ...who, client: await signIn(urls, who) }
  }
  const makeApi = async (client: Client, scopes: readonly string[]) => {
    const response = await client.send('POST', apiPath, { name: 'My script', scopes })
    const { created, key = '' } = await read(response, 201, contract.NewKey)
    return { id: created.id, key }
  }
  const incidents = (key: string): Promise<Response> => withKey(key).fetch('/api/ai/governance/incidents')

  it('is no wider than the role of its creator', async () => {
    const { client } = await person('member')
    const { key } = await makeApi(client, ['governance:incidents:read'])
    expect((await incidents(key)).status).toBe(200)
    await expectProblem(
      await client.send('POST', apiPath, { name: 'x', scopes: ['governance:incidents:write', 'ai:keys:read'] }),
      problemOf(
        'forbidden',
        'With the role member a key cannot have the scope ai:keys:read, governance:incidents:write. Leave it out.',
      ),
    )
  })

  it('belongs to its creator alone, and admins of the organization see and end it', async () => {
    const one = await person('member')
    const [other, admin] = [await person('member', one.tenantId), await person('admin', one.tenantId)]
    const { id } = await makeApi(one.client, ['governance:incidents:read'])
    const own = async ({ client }: typeof one) => (await read(await client.fetch(apiPath), 200, contract.Keys)).keys
    expect((await own(one)).map((key) => key.id)).toEqual([id])
    expect(await own(other)).toEqual([])
    await expectProblem(
      await other.client.send('POST', `${apiPath}/${id}/revoke`, undefined),
      problemOf('not-found', `You have no API key with the id ${id}.`),
    )
    expect((await listOf(admin.client)).keys.map((key) => key.id)).toEqual([id])
    expect((await admin.client.send('POST', `${path}/${id}/revoke`, undefined)).status).toBe(200)
  })

  it('is dead within 5 seconds of the end of its creator’s access', async () => {
    const { client, tenantId, userId } = await person('member')
    const { key } = await makeApi(client, ['governance:incidents:read'])
    const stays = await makeApi((await person('member', tenantId)).client, ['governance:incidents:read'])
    expect((await incidents(key)).status).toBe(200)
    await createSessionCutoffs(store).cutOffUser({ tenantId, userId }, { notBefore: new Date(), lost: true })
    await eventually(
      async () => (await incidents(key)).status,
      (status) => status === 401,
      // On a machine that is busy with others the requests take their time as well.
      9_000,
    )
    await expectProblem(await incidents(key), keyRefusal)
    expect((await incidents(stays.key)).status).toBe(200)
  })
})

describe.concurrent('a revoked key', () => {
  it('is refused by every verifier within 10 seconds, whatever each has read before', async () => {
    const tenantId = newTenantId()
    const key = await createIntegrationKey(store, {
      environment: 'test',
      tenantId,
      integration: 'scanner→code',
      scopes: ['code:tickets:read'],
      now: new Date(),
    })
    const verifiers = [createKeyVerifier(store), createKeyVerifier(store)]
    const answers = () =>
      Promise.all(
        verifiers.map((verify) =>
          verify(key, new Date()).then(
            () => 'good',
            () => 'refused',
          ),
        ),
      )
    expect(await answers()).toEqual(['good', 'good'])
    await revokeKey(store, { tenantId, keyId: key.split('_')[2] ?? '' }, { at: new Date().toISOString(), by: 'user:x' })
    await eventually(answers, (seen) => seen.every((answer) => answer === 'refused'), 10_000)
  })
})
