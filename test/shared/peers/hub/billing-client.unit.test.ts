import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createHubClient } from '../../../../shared/peers/hub/client.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type PeerServer, type Reply, json, reset, startPeerServer } from '../../../support/peer-server.ts'

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

const metric = 'repos_protected'
const date = '2026-11-22'
const recordedAt = '2026-11-22T01:15:00.123Z'
const usage = { date, quantity: 7, recordedAt, adjustments: [] }
const correction = { metric, date, delta: -2, reason: 'Two were archived' }
const adjustment = { id: 'a1', delta: -2, reason: 'Two were archived', recordedAt }
const asProblem = { 'content-type': 'application/problem+json' }
const differs = (quantity: number): Reply =>
  json(409, { title: 'Differs', status: 409, usage: { ...usage, quantity } }, asProblem)

describe('reporting usage to Hub', () => {
  it('puts the quantity under metric, tenant and day, with the tenant and the key', async () => {
    const { hub, server } = await connect(json(201, { ...usage, invoice: 'I1' }))
    expect(await hub.reportUsage('t/1', metric, date, 7)).toEqual({ outcome: 'recorded', usage })
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      url: '/v1/billing/usage/repos_protected/t%2F1/2026-11-22',
      headers: { 'x-tenant-id': 't/1', 'x-integration-key': 'k' },
      body: '{"quantity":7}',
    })
  })

  it.each([
    ['a server error', json(503, {})],
    ['a cut connection', reset],
  ])('repeats a report after %s', async (_what, failure) => {
    const { hub, server } = await connect(failure, json(200, usage))
    expect(await hub.reportUsage('t1', metric, date, 7)).toEqual({ outcome: 'unchanged', usage })
    expect(server.requests).toHaveLength(2)
  })

  it('reports a day with nothing', async () => {
    const { hub } = await connect(json(201, { ...usage, quantity: 0 }))
    expect(await hub.reportUsage('t1', metric, date, 0)).toMatchObject({ outcome: 'recorded', usage: { quantity: 0 } })
  })

  it('says what is recorded when it is another quantity', async () => {
    const { hub, server } = await connect(differs(9))
    expect(await hub.reportUsage('t1', metric, date, 7)).toEqual({
      outcome: 'differs',
      usage: { ...usage, quantity: 9 },
    })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['another day', json(200, { ...usage, date: '2026-11-21' })],
    ['another quantity', json(201, { ...usage, quantity: 8 })],
    ['a conflict with the same quantity', differs(7)],
    ['a conflict that says nothing', json(409, { title: 'Differs', status: 409 }, asProblem)],
  ])('does not believe a report that is answered with %s', async (_what, reply) => {
    const { hub } = await connect(reply)
    await expect(hub.reportUsage('t1', metric, date, 7)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it.each([
    ['a negative quantity', 't1', metric, date, -1],
    ['half a repository', 't1', metric, date, 0.5],
    ['no number', 't1', metric, date, Number.NaN],
    ['a metric of two words', 't1', 'repos protected', date, 1],
    ['a metric that climbs', 't1', '..', date, 1],
    ['a time', 't1', metric, '2026-11-22T00:00:00Z', 1],
    ['a day that does not exist', 't1', metric, '2026-02-29', 1],
    ['no tenant', '', metric, date, 1],
    ['a tenant that climbs', '..', metric, date, 1],
  ])('sends nothing for %s', async (_what, tenantId, ofMetric, day, quantity) => {
    const { hub, server } = await connect(json(201, usage))
    await expect(hub.reportUsage(tenantId, ofMetric, day, quantity)).rejects.toMatchObject({
      code: 'validation-failed',
    })
    expect(server.requests).toHaveLength(0)
  })

  it('never takes an organization that is not there for one that is billed', async () => {
    const { hub } = await connect(json(404, { title: 'None', status: 404 }, asProblem))
    await expect(hub.reportUsage('t9', metric, date, 7)).rejects.toMatchObject({ code: 'peer-rejected' })
    await expect(hub.listUsage('t9', metric, { from: date, to: date })).rejects.toMatchObject({ code: 'peer-rejected' })
  })
})

describe('adjusting usage in Hub', () => {
  it('puts the correction under its id, with the tenant in body and header', async () => {
    const { hub, server } = await connect(json(201, adjustment))
    expect(await hub.adjustUsage('t1', 'a1', correction)).toEqual({ outcome: 'recorded', adjustment })
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      url: '/v1/billing/adjustments/a1',
      headers: { 'x-tenant-id': 't1' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ ...correction, tenantId: 't1' })
  })

  it('repeats a correction whose answer was lost', async () => {
    const { hub, server } = await connect(json(502, {}), json(200, adjustment))
    expect(await hub.adjustUsage('t1', 'a1', correction)).toEqual({ outcome: 'unchanged', adjustment })
    expect(server.requests).toHaveLength(2)
  })

  it('says when the id belongs to another correction', async () => {
    const { hub } = await connect(json(409, { title: 'Differs', status: 409 }, asProblem))
    expect(await hub.adjustUsage('t1', 'a1', correction)).toEqual({ outcome: 'differs' })
  })

  it.each([
    ['another id', { id: 'a2' }],
    ['another amount', { delta: 2 }],
  ])('does not believe a correction that is answered with %s', async (_what, change) => {
    const { hub } = await connect(json(201, { ...adjustment, ...change }))
    await expect(hub.adjustUsage('t1', 'a1', correction)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it.each([
    ['by nothing', { delta: 0 }, 'adjustment.delta'],
    ['by a fraction', { delta: 1.5 }, 'adjustment.delta'],
    ['without a reason', { reason: '' }, 'adjustment.reason'],
    ['of no day', { date: 'yesterday' }, 'adjustment.date'],
    ['of no metric', { metric: '' }, 'adjustment.metric'],
  ])('sends no correction %s', async (_what, change, path) => {
    const { hub, server } = await connect(json(201, adjustment))
    await expect(hub.adjustUsage('t1', 'a1', { ...correction, ...change })).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it('adjusts the tenant that it is called for, whatever the correction says', async () => {
    const { hub, server } = await connect(json(201, adjustment))
    const foreign = { ...correction, tenantId: 't2' }
    await hub.adjustUsage('t1', 'a1', foreign)
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ tenantId: 't1' })
  })

  it.each(['', '.', '..', 'x'.repeat(201)])('sends no correction with the id %j', async (id) => {
    const { hub, server } = await connect(json(201, adjustment))
    await expect(hub.adjustUsage('t1', id, correction)).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(0)
  })
})

describe('listing usage in Hub', () => {
  it('reads the days of a range', async () => {
    const days = [{ ...usage, adjustments: [adjustment] }]
    const { hub, server } = await connect(json(200, { usage: days }))
    expect(await hub.listUsage('t1', metric, { from: '2026-11-01', to: '2026-11-30' })).toEqual(days)
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      url: '/v1/billing/usage/repos_protected/t1?from=2026-11-01&to=2026-11-30',
      headers: { 'x-tenant-id': 't1' },
    })
  })

  it('asks for at most 400 days', async () => {
    const { hub, server } = await connect(json(200, { usage: [] }))
    expect(await hub.listUsage('t1', metric, { from: '2025-01-01', to: '2026-02-04' })).toEqual([])
    for (const range of [
      { from: '2025-01-01', to: '2026-02-05' },
      { from: '2026-01-02', to: '2026-01-01' },
      { from: '2026-01-32', to: '2026-02-05' },
    ])
      await expect(hub.listUsage('t1', metric, range)).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(1)
  })
})
