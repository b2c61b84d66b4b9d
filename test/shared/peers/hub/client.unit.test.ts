import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createHubClient } from '../../../../shared/peers/hub/client.ts'
import { createPeerClient } from '../../../../shared/peer-client/peer-client.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type PeerServer, type Reply, json, startPeerServer } from '../../../support/peer-server.ts'

const servers: PeerServer[] = []
aroundEach((runTest) => runWithLogSink(() => {}, runTest))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const connect = async (...replies: readonly Reply[]) => {
  const server = await startPeerServer(...replies)
  servers.push(server)
  const retries = { max: 2, initialDelayMs: 1, maxDelayMs: 2 }
  return { server, hub: createHubClient({ baseUrl: server.baseUrl, key: () => 'k', retries }) }
}

const organization = { id: 't1', slug: 'acme', name: 'Acme', status: 'active', products: ['hub', 'code'] }
const user = {
  id: 'u1',
  email: 'ann@acme.example',
  firstName: 'Ann',
  lastName: 'Lee',
  status: 'active',
  orgRole: 'admin',
  products: ['hub', 'psa'],
  version: 3,
  updatedAt: '2026-11-22T10:00:00.123Z',
}
const problem = (status: number): Reply =>
  json(status, { title: 'None', status }, { 'content-type': 'application/problem+json' })

/** Answers reads by ids with a user for each. */
const knowsEverybody: Reply = (response, request) => {
  const asked = new URL(request.url ?? '', 'http://hub').searchParams.get('ids')?.split(',') ?? []
  json(200, { users: asked.map((id) => Object.assign({}, user, { id })) })(response, request)
}

describe('the Hub client', () => {
  it('reads a user with the key and the tenant, every id encoded', async () => {
    const odd = { ...user, id: 'a/b?c' }
    const { hub, server } = await connect(json(200, odd))
    expect(await hub.getUser('t1', 'a/b?c')).toEqual(odd)
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/v1/organizations/t1/users/a%2Fb%3Fc',
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
  })

  it('takes no other organization and no other user for the one that was asked for', async () => {
    const { hub } = await connect(json(200, { ...user, id: 'u2' }), json(200, { ...organization, id: 't2' }))
    await expect(hub.getUser('t1', 'u1')).rejects.toMatchObject({ code: 'peer-invalid-response' })
    await expect(hub.getOrganization('t1')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('says when an organization or a user is not there', async () => {
    const { hub } = await connect(problem(404))
    expect(await hub.getOrganization('t9')).toBeUndefined()
    expect(await hub.getUser('t1', 'u9')).toBeUndefined()
  })

  it('takes the 404 of something that is not Hub for what it is', async () => {
    const { hub } = await connect((response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<p>404'))
    await expect(hub.getUser('t1', 'u1')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('never takes an organization that is not there for one without users', async () => {
    const { hub } = await connect(problem(404))
    await expect(hub.listUsers('t9')).rejects.toMatchObject({ code: 'peer-rejected' })
    await expect(hub.getUsers('t9', ['u1'])).rejects.toMatchObject({ code: 'peer-rejected' })
  })

  it('leaves out products and members that it does not know', async () => {
    const { hub } = await connect(json(200, { ...organization, products: ['code', 'quantum', 'psa'], tier: 'gold' }))
    expect(await hub.getOrganization('t1')).toEqual({ ...organization, products: ['code', 'psa'] })
  })

  it.each([
    ['a role that is no word', { orgRole: 1 }],
    ['a status that is no word', { status: true }],
    ['no version', { version: undefined }],
    ['no list of products', { products: 'psa' }],
  ])('refuses a user with %s', async (_what, change) => {
    const { hub } = await connect(json(200, { ...user, ...change }))
    await expect(hub.getUser('t1', 'u1')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('goes on with the cursor of the page before', async () => {
    const { hub, server } = await connect(json(200, { users: [user], nextCursor: 'a+b=' }), json(200, { users: [] }))
    const first = await hub.listUsers('t1', { limit: 1 })
    expect(first).toEqual({ users: [user], nextCursor: 'a+b=' })
    expect(await hub.listUsers('t1', { cursor: first.nextCursor })).toEqual({ users: [] })
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/organizations/t1/users?limit=1',
      '/v1/organizations/t1/users?cursor=a%2Bb%3D',
    ])
  })

  it('lists organizations for no tenant', async () => {
    const { hub, server } = await connect(json(200, { organizations: [organization] }))
    expect(await hub.listOrganizations()).toEqual({ organizations: [organization] })
    expect(server.requests[0]?.url).toBe('/v1/organizations')
    expect(server.requests[0]?.headers).not.toHaveProperty('x-tenant-id')
  })

  it('reads any number of users in pages, each id once', async () => {
    const ids = Array.from({ length: 205 }, (_, n) => `u${n}`)
    const { hub, server } = await connect(knowsEverybody)
    const users = await hub.getUsers('t1', [...ids, ...ids])
    expect(users.map(({ id }) => id)).toEqual(ids)
    expect(server.requests).toHaveLength(3)
  })

  it('makes the pages of long ids short enough for a URL', async () => {
    const ids = Array.from({ length: 100 }, (_, n) => `${n}-${'ü('.repeat(95)}`)
    const { hub, server } = await connect(knowsEverybody)
    expect(await hub.getUsers('t1', ids)).toHaveLength(100)
    expect(Math.max(...server.requests.map(({ url }) => url?.length ?? 0))).toBeLessThan(8_000)
  })

  it('asks nothing for no ids, and refuses ids that no list can hold', async () => {
    const { hub, server } = await connect(knowsEverybody)
    expect(await hub.getUsers('t1', [])).toEqual([])
    for (const id of ['u1,u2', '', 'x'.repeat(201), '\uD800', 'a\nb'])
      await expect(hub.getUsers('t1', [id])).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(0)
  })

  it('tries again after a failure that may pass', async () => {
    const { hub, server } = await connect(json(503, {}), json(200, user))
    expect(await hub.getUser('t1', 'u1')).toEqual(user)
    expect(server.requests).toHaveLength(2)
  })

  it('works over a peer client that exists already', async () => {
    const { server } = await connect(json(200, organization))
    const hub = createHubClient(createPeerClient({ peer: 'hub', baseUrl: server.baseUrl, key: () => 'k' }))
    expect(await hub.getOrganization('t1')).toEqual(organization)
  })
})
