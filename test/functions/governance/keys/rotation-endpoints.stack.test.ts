// Keys that are replaced over HTTP: who may ask for it, for which organization, once, and with what.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import * as contract from '../../../../functions/governance/keys/contract.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { read } from '../../../support/checked-answer.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { admittedOperator, operatorHeaders } from '../../../support/operators.ts'
import { expectProblem, needsScope, problemOf } from '../../../support/problem.ts'
import { keysAtPsa } from './rotation-traffic.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

let tenantId: string
let admin: Client
let operator: Client
beforeEach(async () => {
  tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'code', 'psa'] })
  admin = await personOf('admin')
  operator = await operatorOf(tenantId)
})

const personOf = (role: 'viewer' | 'member' | 'admin', of = tenantId): Promise<Client> =>
  signIn(urls, identity({ tenantId: of, product: 'ai', role }))
const operatorOf = async (
  of: string,
  role: 'Operator.Keys' | 'Operator.Billing' = 'Operator.Keys',
): Promise<Client> => {
  const { authorization } = await admittedOperator({ directory: urls.operators, store }, of, [role])
  return newClient(urls, { authorization })
}
const platform = (of = tenantId): string => `/api/ai/governance/platform/tenants/${of}`
const provision = (integration: unknown, of = tenantId): Promise<Response> =>
  operator.send('POST', `${platform(of)}/key-rotations`, { integration })
const replace = (client: Client, keyId: string, how: 'replace' | 'replace-suspected' = 'replace', headers = {}) =>
  client.send('POST', `/api/ai/governance/keys/${keyId}/${how}`, undefined, headers)
const rotation = async (client: Client, id: string) =>
  read(await client.fetch(`/api/ai/governance/key-rotations/${id}`), 200, contract.Rotation)
const promoted = (id: string) =>
  eventually(
    () => rotation(admin, id),
    ({ promotedAt }) => promotedAt !== undefined,
    30_000,
  )
/** A key that the answer alone shows. */
const makeByHand = async (days?: number): Promise<{ readonly id: string; readonly key: string }> => {
  const draft = { name: 'Nightly scans', integration: 'scanner→code', scopes: ['code:tickets:read'], days }
  const made = await read(await admin.send('POST', '/api/ai/governance/keys', draft), 201, contract.NewKey)
  return { id: made.created.id, key: made.key ?? '' }
}
const tickets = (key: string): Promise<Response> =>
  newClient(urls, { 'x-integration-key': key }).fetch('/api/code/tickets')
const absentKey = (id: string) => problemOf('not-found', `The organization has no key with the id ${id}.`)

describe('the first key of an integration', () => {
  it.each(['suite→psa', 'psa→code'])(
    'of %s is made once, however often it is asked for, and registered',
    async (name) => {
      const answers = await Promise.all([provision(name), provision(name), provision(name)])
      const ids = new Set<string>()
      for (const answer of answers) ids.add((await read(answer, 202, contract.Rotation)).id)
      expect(ids.size).toBe(1)
      const [id = ''] = ids
      const { newKeyId, integration } = await promoted(id)
      expect(integration).toBe(name)
      const { keys } = await keysAtPsa(urls.psa, tenantId)
      expect(keys.map(({ keyId, use }) => [keyId, use])).toEqual([[newKeyId, name === 'suite→psa' ? 'verify' : 'call']])
      await expectProblem(
        await provision(name),
        problemOf('conflict', `There is a key of ${name}: ${newKeyId}. Rotate that one.`),
      )
      const seen = await operator.fetch(`${platform()}/key-rotations/${id}`)
      expect(await read(seen, 200, contract.Rotation)).toMatchObject({ id, newKeyId })
    },
  )

  it('is made for nobody whose product takes no keys by registration, and for nothing that is no integration', async () => {
    await expectProblem(
      await provision('scanner→code'),
      problemOf(
        'conflict',
        'No product takes keys of scanner→code by registration. Make a key, and give it to who calls.',
      ),
    )
    for (const bad of ['', 'psa', 17, null, 'nobody→nothing', 'suite→bus'])
      expect([bad, (await provision(bad)).status]).toEqual([bad, expect.toBeOneOf([400, 409])])
    const unknown = { integration: 'psa→code', key: 'x' }
    expect((await operator.send('POST', `${platform()}/key-rotations`, unknown)).status).toBe(400)
    expect((await keysAtPsa(urls.psa, tenantId)).keys).toEqual([])
  })

  it('is that of one integration of a product: a second one is refused, and its key made by hand', async () => {
    const { id, integration } = await read(await provision('psa→code'), 202, contract.Rotation)
    expect(integration).toBe('psa→code')
    const { newKeyId } = await promoted(id)
    expect((await keysAtPsa(urls.psa, tenantId)).keys.map(({ keyId }) => keyId)).toEqual([newKeyId])
    await expectProblem(
      await provision('psa→ai'),
      problemOf(
        'conflict',
        'psa takes keys of one integration by registration, and has that of psa→code. Make a key of psa→ai, and give it to who calls.',
      ),
    )
  })

  it('is not made by who has no access to the organization, nor by another role, nor by its own people', async () => {
    const path = `${platform()}/key-rotations`
    const outside = newClient(urls, await operatorHeaders(urls.operators, ['Operator.Keys']))
    for (const client of [outside, await operatorOf(newTenantId()), await operatorOf(tenantId, 'Operator.Billing')])
      expect((await client.send('POST', path, { integration: 'psa→code' })).status).toBe(403)
    for (const client of [admin, newClient(urls)])
      expect((await client.send('POST', path, { integration: 'psa→code' })).status).toBe(401)
    expect((await keysAtPsa(urls.psa, tenantId)).keys).toEqual([])
  })
})

describe('a key that a product has by registration', () => {
  const provisioned = async (name: string): Promise<string> => {
    const { id } = await read(await provision(name), 202, contract.Rotation)
    return (await promoted(id)).newKeyId ?? ''
  }

  it('is replaced once, however often it is asked for, and never shown', async () => {
    const first = await provisioned('psa→code')
    const old = (await keysAtPsa(urls.psa, tenantId)).calling?.key ?? ''
    const answers = await Promise.all([replace(admin, first), replace(admin, first)])
    const texts = await Promise.all(answers.map(async (answer) => [answer.status, await answer.text()] as const))
    expect(texts.map(([status]) => status)).toEqual([202, 202])
    const ids = texts.map(([, text]) => contract.Rotation.parse(JSON.parse(text)).id)
    expect(new Set(ids).size).toBe(1)
    expect(texts.join()).not.toContain('tik_')
    const { newKeyId, oldKeyId } = await promoted(ids[0] ?? '')
    expect(oldKeyId).toBe(first)
    const { keys, calling } = await keysAtPsa(urls.psa, tenantId)
    expect(new Set(keys.map(({ keyId }) => keyId))).toEqual(new Set([first, newKeyId]))
    expect((await tickets(old)).status).toBe(200)
    expect((await tickets(calling?.key ?? '')).status).toBe(200)
    const listed = await read(await admin.fetch('/api/ai/governance/keys'), 200, contract.Keys)
    expect(listed.keys).toMatchObject([
      { id: newKeyId, replaces: first, state: 'active' },
      { id: first, replacedBy: newKeyId, state: 'active' },
    ])
  })

  it('is refused within 10 seconds when an operator says that it is suspected, and replaced', async () => {
    const first = await provisioned('psa→code')
    const old = (await keysAtPsa(urls.psa, tenantId)).calling?.key ?? ''
    expect((await tickets(old)).status).toBe(200)
    const asked = performance.now()
    const answer = await operator.send('POST', `${platform()}/keys/${first}/replace-suspected`, undefined)
    const { id } = await read(answer, 202, contract.Rotation)
    await eventually(
      async () => (await tickets(old)).status,
      (status) => status === 401,
      10_000 - (performance.now() - asked),
    )
    await promoted(id)
    const fresh = (await keysAtPsa(urls.psa, tenantId)).calling?.key ?? ''
    expect(fresh).not.toBe(old)
    expect((await tickets(fresh)).status).toBe(200)
  })

  it('is neither seen nor replaced by who may not', async () => {
    const first = await provisioned('psa→code')
    const { id } = await read(await replace(admin, first), 202, contract.Rotation)
    const stranger = await personOf('admin', newTenantId())
    for (const how of ['replace', 'replace-suspected'] as const) {
      await expectProblem(await replace(stranger, first, how), absentKey(first))
      for (const role of ['viewer', 'member'] as const)
        expect([role, (await replace(await personOf(role), first, how)).status]).toEqual([role, 403])
    }
    await expectProblem(
      await stranger.fetch(`/api/ai/governance/key-rotations/${id}`),
      problemOf('not-found', `The organization has no rotation ${id}.`),
    )
    const elsewhere = await operatorOf(newTenantId())
    const path = `${platform()}/keys/${first}/replace-suspected`
    expect((await elsewhere.send('POST', path, undefined)).status).toBe(403)
    expect((await (await operatorOf(tenantId, 'Operator.Billing')).send('POST', path, undefined)).status).toBe(403)
    const { keys } = await read(await admin.fetch('/api/ai/governance/keys'), 200, contract.Keys)
    expect(keys.every(({ state }) => state === 'active')).toBe(true)
  })

  it('shows how far it is to a key that may read keys, and to no other', async () => {
    const { id } = await read(await provision('psa→code'), 202, contract.Rotation)
    const withScope = async (scope: 'ai:keys:read' | 'governance:audit:read') => {
      const draft = {
        environment: 'test',
        tenantId,
        integration: 'laptop→all',
        scopes: [scope],
        now: new Date(),
      } as const
      return newClient(urls, { 'x-integration-key': await createIntegrationKey(store, draft) })
    }
    expect((await rotation(await withScope('ai:keys:read'), id)).id).toBe(id)
    const other = await withScope('governance:audit:read')
    await expectProblem(await other.fetch(`/api/ai/governance/key-rotations/${id}`), needsScope('ai:keys:read'))
  })
})

describe('a key that was given out by hand', () => {
  it('is shown once when it is replaced: a repetition is without it, and makes no other', async () => {
    const { id, key } = await makeByHand()
    const headers = { 'idempotency-key': randomUUID() }
    const first = await read(await replace(admin, id, 'replace', headers), 201, contract.NewKey)
    const again = await read(await replace(admin, id, 'replace', headers), 201, contract.NewKey)
    expect(again).toEqual({ created: first.created })
    expect([(await tickets(key)).status, (await tickets(first.key ?? '')).status]).toEqual([200, 200])
    await expectProblem(
      await replace(admin, id),
      problemOf(
        'conflict',
        `The key ${id} is being replaced by ${first.created.id} already. Revoke that one to begin again.`,
      ),
    )
    expect((await read(await admin.fetch('/api/ai/governance/keys'), 200, contract.Keys)).keys).toHaveLength(2)
  })

  it('ends when an operator says that it is suspected, who is shown no other', async () => {
    const { id, key } = await makeByHand()
    const answer = await operator.send('POST', `${platform()}/keys/${id}/replace-suspected`, undefined)
    await expectProblem(
      answer,
      problemOf(
        'conflict',
        'The key has ended. An admin of the organization makes the one in its place, which the answer shows.',
      ),
    )
    await eventually(
      async () => (await tickets(key)).status,
      (status) => status === 401,
      10_000,
    )
    const made = await read(await replace(admin, id, 'replace-suspected'), 201, contract.NewKey)
    expect((await tickets(made.key ?? '')).status).toBe(200)
  })

  it('does not live longer because it is replaced', async () => {
    const { id } = await makeByHand(5)
    const { keys: before } = await read(await admin.fetch('/api/ai/governance/keys'), 200, contract.Keys)
    await read(await replace(admin, id), 201, contract.NewKey)
    const old = await eventually(
      async () => read(await admin.fetch(`/api/ai/governance/keys/${id}`), 200, contract.Key),
      ({ replacedBy }) => replacedBy !== undefined,
      30_000,
    )
    expect(old.expiresAfter).toBe(before[0]?.expiresAfter)
  })

  it('is not replaced when it is over, and what is no key is not found', async () => {
    const { id } = await makeByHand()
    await admin.send('POST', `/api/ai/governance/keys/${id}/revoke`, undefined)
    await expectProblem(await replace(admin, id), problemOf('conflict', 'The key is over. Make a new one.'))
    await expectProblem(await replace(admin, 'a1b2c3d4e5f6'), absentKey('a1b2c3d4e5f6'))
    for (const bad of ['x', '..%2fkeys', 'a'.repeat(500), '%00'])
      expect([bad, (await replace(admin, bad)).status]).toEqual([bad, expect.toBeOneOf([400, 404])])
  })
})
