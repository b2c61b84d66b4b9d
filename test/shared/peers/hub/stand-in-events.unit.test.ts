import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type RunningHub, startHub } from '../../../../shared/peers/hub/stand-in/stand-in.ts'
import { type EventName, catalogue, isEventName } from '../../../../shared/bus/catalogue.ts'
import { CloudEvent } from '../../../../shared/bus/cloud-event.ts'
import { loginPath } from '../../../../shared/peers/hub/contract.ts'
import { type PeerServer, type Reply, json, never, startPeerServer } from '../../../support/peer-server.ts'
import { eventually } from '../../../support/eventually.ts'
import { type HubControl, hubControl } from '../../../support/hub-control.ts'

const taken = json(202, { id: 'any' })

const started: { readonly close: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of started.splice(0).toReversed()) await each.close()
  vi.restoreAllMocks()
})

type Setting = {
  readonly bus: PeerServer
  readonly hub: RunningHub
  readonly tenantId: string
  readonly control: HubControl
}

const begin = async (...replies: readonly Reply[]): Promise<Setting> => {
  const bus = await startPeerServer(...replies)
  const product = { publicUrl: 'http://127.0.0.1:7071', secret: 'a-secret-0123456789-0123456789-abcdef' }
  const hub = await startHub({
    port: 0,
    products: { code: product, ai: product },
    bus: { url: bus.baseUrl, key: 'hub-bus-key' },
  })
  started.push(bus, hub)
  const tenantId = `tenant-${randomUUID()}`
  const control = hubControl(hub.url, tenantId)
  await control.putOrganization({ products: ['hub', 'psa', 'code', 'ai'] })
  return { bus, hub, tenantId, control }
}

type Seen = { readonly type: EventName; readonly event: CloudEvent; readonly data: Record<string, unknown> }

/** What the bus got, of which every event must fit the catalogue. */
const eventsAt = (bus: PeerServer): readonly Seen[] =>
  bus.requests.map(({ body }) => {
    const event = CloudEvent.parse(JSON.parse(body))
    if (!isEventName(event.type)) throw new Error(`${event.type} is not in the catalogue.`)
    const { data, publisher, version } = catalogue[event.type]
    expect(event.source).toBe(`/products/${publisher}`)
    expect(event.dataschema).toBe(`urn:theonestack:event:${event.type}:${version}`)
    return { type: event.type, event, data: data.parse(event.data) }
  })
const typesAt = (bus: PeerServer): readonly string[] => eventsAt(bus).map(({ type }) => type)

describe('what the Hub stand-in publishes of a change', () => {
  it('says who was created, with the key of Hub, once', async () => {
    const { bus, control, tenantId } = await begin(taken)
    const { after, published } = await control.putUser('u1', { orgRole: 'admin', products: ['hub', 'psa'] })
    const [created] = eventsAt(bus)
    expect(bus.requests).toHaveLength(1)
    expect(bus.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'x-integration-key': 'hub-bus-key', 'content-type': 'application/cloudevents+json' },
    })
    expect(created?.event).toMatchObject({ tenantid: tenantId, subject: 'u1', time: after.updatedAt })
    expect(created).toMatchObject({
      type: 'hub.iam.user_created',
      data: {
        user_id: 'u1',
        user_version: 1,
        outcome: 'success',
        before: null,
        after: { status: 'active', org_role: 'admin', products: ['hub', 'psa'] },
        address: '127.0.0.1',
      },
    })
    expect(published).toEqual([{ id: created?.event.id, type: 'hub.iam.user_created', accepted: true }])
  })

  it('has one event for each product that was granted or taken away', async () => {
    const { bus, control } = await begin(taken)
    await control.putUser('u1', { products: ['hub', 'psa'] }, { publish: false })
    await control.changeUser('u1', { products: ['code', 'hub', 'ai'] })
    expect(eventsAt(bus).map(({ type, data }) => [type, data['product'], data['user_version']])).toEqual([
      ['hub.iam.access_granted', 'code', 2],
      ['hub.iam.access_granted', 'ai', 2],
      ['hub.iam.access_revoked', 'psa', 2],
    ])
    expect(eventsAt(bus)[2]?.data).toMatchObject({
      before: { products: ['hub', 'psa'] },
      after: { products: ['code', 'hub', 'ai'] },
    })
  })

  it('tells a change of role, and with it everything else that changed', async () => {
    const { bus, control } = await begin(taken)
    await control.putUser('u1', { products: ['hub'] }, { publish: false })
    await control.changeUser('u1', { orgRole: 'owner' })
    await control.changeUser('u1', { orgRole: 'viewer', status: 'deactivated', products: [] })
    expect(typesAt(bus)).toEqual([
      'hub.iam.permission_changed',
      'hub.iam.permission_changed',
      'hub.iam.user_deactivated',
    ])
    expect(eventsAt(bus)[0]?.data).toMatchObject({ before: { org_role: 'member' }, after: { org_role: 'owner' } })
  })

  it('gives back the products of who is active again, and says nothing of products while nobody can enter them', async () => {
    const { bus, control } = await begin(taken)
    await control.putUser('u1', { status: 'deactivated', products: ['hub'] }, { publish: false })
    await control.changeUser('u1', { products: ['hub', 'psa'] })
    expect(bus.requests).toHaveLength(0)
    await control.changeUser('u1', { status: 'active' })
    expect(eventsAt(bus).map(({ type, data }) => [type, data['product']])).toEqual([
      ['hub.iam.access_granted', 'hub'],
      ['hub.iam.access_granted', 'psa'],
    ])
  })

  it('publishes nothing for a name, for nothing, and when it is told not to', async () => {
    const { bus, control } = await begin(taken)
    await control.putUser('u1', {}, { publish: false })
    await control.changeUser('u1', { firstName: 'Ann', email: 'ann@acme.example' })
    await control.changeUser('u1', { orgRole: 'member' })
    await control.changeUser('u1', { orgRole: 'admin' }, { publish: false })
    await control.putUsers([{ id: 'u2' }], { publish: false })
    expect(bus.requests).toHaveLength(0)
  })

  it('publishes each of many users once', async () => {
    const { bus, control } = await begin(taken)
    const users = Array.from({ length: 300 }, (_, n) => ({ id: `u${n}` }))
    const { published } = await control.putUsers(users)
    expect(published.filter(({ accepted }) => accepted)).toHaveLength(300)
    expect(new Set(eventsAt(bus).map(({ data }) => data['user_id'])).size).toBe(300)
    // One that the bus took too long for is sent again, as the same event.
    const ids = bus.requests.map(({ body }) => (JSON.parse(body) as { readonly id: string }).id)
    expect(new Set(ids).size).toBe(300)
  })

  it('goes on with the trace of the request', async () => {
    const { bus, hub, tenantId } = await begin(taken)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await fetch(`${hub.url}/_control/organizations/${tenantId}/users/u1`, { method: 'PUT', headers: { traceparent } })
    expect(eventsAt(bus)[0]?.event.traceparent).toBe(traceparent)
  })
})

describe('a bus that does not take an event', () => {
  it('is asked again, with the same event', async () => {
    const { bus, control } = await begin(json(503, {}), json(429, {}), taken)
    expect((await control.putUser('u1')).published).toMatchObject([{ accepted: true }])
    expect(new Set(eventsAt(bus).map(({ event }) => event.id)).size).toBe(1)
    expect(bus.requests).toHaveLength(3)
  })

  it('is not asked again when it refuses, and the rest of the change is published', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { control, bus } = await begin(json(403, { title: 'No' }), taken)
    await control.putUser('u1', { products: [] }, { publish: false })
    const { after, published } = await control.changeUser('u1', { products: ['hub', 'psa'] })
    expect(published.map(({ accepted }) => accepted)).toEqual([false, true])
    expect(after.version).toBe(2)
    expect(bus.requests).toHaveLength(2)
    expect(logged).toHaveBeenCalledOnce()
    const [line, ...more] = logged.mock.calls[0] ?? []
    expect(line).toContain(`hub.iam.access_granted ${published[0]?.id}`)
    expect(line).toMatch(/^The Hub stand-in could not publish .*: The bus answered 403: .*$/)
    expect(more).toEqual([])
  })

  it('is left alone once it has stayed away, and the change stands', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { control, bus } = await begin(json(503, {}))
    const { users, published } = await control.putUsers(Array.from({ length: 500 }, (_, n) => ({ id: `u${n}` })))
    expect(users).toHaveLength(500)
    expect(published.some(({ accepted }) => accepted)).toBe(false)
    expect(bus.requests.length).toBeLessThan(150)
    expect(logged).toHaveBeenCalledOnce()
    expect(logged.mock.calls[0]?.[0]).toContain('500 of 500 events')
  })

  it('is told of in one line when nobody is there', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { control, bus } = await begin(taken)
    await bus.close()
    await control.putUser('u1')
    expect(logged.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^The Hub stand-in could not publish 1 of 1 events \(.*\): fetch failed: connect ECONNREFUSED .*$/,
        ),
      ],
    ])
  })

  it('does not keep the stand-in from ending', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { hub, control, bus } = await begin(never)
    const change = control.putUser('u1').catch(() => 'cut off')
    await eventually(
      async () => bus.requests.length,
      (count) => count === 1,
      5_000,
    )
    await hub.close()
    started.splice(1, 1)
    expect(await change).toBe('cut off')
    expect(bus.requests).toHaveLength(1)
  })
})

describe('what the Hub stand-in publishes of sign-ins', () => {
  const login = async ({ hub }: Setting, email: string, extra: Record<string, string> = {}): Promise<number> => {
    const query = new URLSearchParams({ product: 'code', nonce: 'n'.repeat(43), login_hint: email, ...extra })
    const response = await fetch(`${hub.url}${loginPath}?${query.toString()}`, { headers: { 'user-agent': 'Firefox' } })
    await response.text()
    return response.status
  }
  const loginsAt = ({ bus }: Setting, count: number) =>
    eventually(
      async () => eventsAt(bus),
      (seen) => seen.length === count,
      5_000,
    )

  it('tells a sign-in with Entra, then one with the Hub session', async () => {
    const setting = await begin(taken)
    const { after } = await setting.control.putUser('u1', {}, { publish: false })
    expect(await login(setting, after.email)).toBe(200)
    await loginsAt(setting, 1)
    expect(await login(setting, after.email)).toBe(200)
    const seen = await loginsAt(setting, 2)
    expect(seen.map(({ type, data }) => [type, data['method']])).toEqual([
      ['hub.auth.login_success', 'entra'],
      ['hub.auth.login_success', 'hub_session'],
    ])
    expect(seen[0]?.event.tenantid).toBe(setting.tenantId)
    expect(seen[0]?.data).toMatchObject({
      actor: { type: 'user', id: 'u1' },
      user_id: 'u1',
      address: '127.0.0.1',
      user_agent: 'Firefox',
      outcome: 'success',
    })
  })

  const refused: readonly [string, Parameters<HubControl['changeUser']>[1], string][] = [
    ['a deactivated person', { status: 'deactivated' }, 'deactivated'],
    ['a person without the product', { products: ['hub'] }, 'no_product'],
  ]
  it.each(refused)('tells that %s was refused', async (_what, change, reason) => {
    const setting = await begin(taken)
    const { after } = await setting.control.putUser('u1', change, { publish: false })
    expect(await login(setting, after.email)).toBe(403)
    const [failed] = await loginsAt(setting, 1)
    expect(failed).toMatchObject({ type: 'hub.auth.login_failed', data: { reason, outcome: 'failure', user_id: 'u1' } })
  })

  it('says nothing of a sign-in that a fault prevents, and of a choice', async () => {
    const setting = await begin(taken)
    const { after } = await setting.control.putUser('u1', {}, { publish: false })
    await setting.control.setFaults({ operation: 'login', kind: 'status', status: 503, times: 1 })
    expect(await login(setting, after.email)).toBe(503)
    expect(await login(setting, 'nobody@nowhere.example')).toBe(200)
    expect(await login(setting, after.email)).toBe(200)
    expect(await loginsAt(setting, 1)).toMatchObject([{ type: 'hub.auth.login_success' }])
  })
})
