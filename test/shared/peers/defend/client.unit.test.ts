import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createDefendClient } from '../../../../shared/peers/defend/client.ts'
import type { DefendAuditEvent } from '../../../../shared/peers/defend/contract.ts'
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
  return { server, defend: createDefendClient({ baseUrl: server.baseUrl, key: () => 'k', retries }) }
}

const event: DefendAuditEvent = {
  id: 'e1',
  type: 'hub.iam.permission_changed',
  occurredAt: '2026-11-22T10:00:00Z',
  userId: 'u1',
  actor: { type: 'system', id: 'scim' },
  outcome: 'success',
  classification: 'permission_escalation',
  review: true,
  details: { before: 'viewer', after: 'owner' },
}

describe('the Defend client', () => {
  it('sends the event with the tenant and the key', async () => {
    const { defend, server } = await connect(json(201, { id: 'e1' }))
    expect(await defend.sendAuditEvent('t1', event)).toBe('taken')
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/audit-events',
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(event)
  })

  it('repeats a sending whose answer was lost, and learns that the event is known', async () => {
    const { defend, server } = await connect(json(502, {}), json(200, { id: 'e1' }))
    expect(await defend.sendAuditEvent('t1', event)).toBe('known')
    expect(server.requests).toHaveLength(2)
  })

  it.each([
    ['an unknown member', { password: 'x' }, 'event'],
    ['a time that is not UTC', { occurredAt: '2026-11-22T10:00:00+02:00' }, 'event.occurredAt'],
    ['too long a detail', { details: { reason: 'x'.repeat(2_001) } }, 'event.details.reason'],
    [
      'too many details',
      { details: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`d${n}`, 'x'])) },
      'event.details',
    ],
    ['a detail that is no text', { details: { count: 1 } }, 'event.details.count'],
  ])('sends no event with %s', async (_what, change, path) => {
    const { defend, server } = await connect(json(201, { id: 'e1' }))
    const bad = { ...event, ...change } as DefendAuditEvent
    await expect(defend.sendAuditEvent('t1', bad)).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it.each([
    [json(200, { unexpected: true }), 'peer-invalid-response'],
    [json(202, { id: 'e1' }), 'peer-invalid-response'],
    [json(400, { title: 'Bad', status: 400 }), 'peer-rejected'],
    [json(401, { title: 'No', status: 401 }), 'peer-unauthorized'],
    [json(503, { title: 'Away', status: 503 }), 'peer-unavailable'],
  ] as const)('does not take another answer for a yes', async (reply, code) => {
    const { defend } = await connect(reply)
    await expect(defend.sendAuditEvent('t1', event)).rejects.toMatchObject({ code, details: { peer: 'defend' } })
  })

  it('works over a peer client that exists already', async () => {
    const { server } = await connect(json(200, { status: 'ok', version: '2', load: 1 }))
    const defend = createDefendClient(createPeerClient({ peer: 'defend', baseUrl: server.baseUrl, key: () => 'k' }))
    expect(await defend.checkHealth('t1')).toEqual({ status: 'ok', version: '2' })
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/v1/health', headers: { 'x-tenant-id': 't1' } })
  })
})
