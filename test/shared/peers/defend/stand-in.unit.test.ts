import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RunningDefend, start as startDefend } from '../../../../shared/peers/defend/stand-in/stand-in.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { type DefendClient, createDefendClient } from '../../../../shared/peers/defend/client.ts'
import type { DefendAuditEvent } from '../../../../shared/peers/defend/contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { defendControl } from '../../../support/defend-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
let running: RunningDefend
let defend: DefendClient

const connect = (baseUrl: string, attemptMs = 5_000, max = 3, withKey = key): DefendClient =>
  createDefendClient({
    baseUrl,
    key: () => withKey,
    timeouts: { attemptMs, deadlineMs: 8_000 },
    retries: { max, initialDelayMs: 1, maxDelayMs: 2 },
  })

beforeAll(async () => {
  running = await startDefend({ port: 0, keys: ['another', key] })
  defend = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let tenants = 0
const newTenant = (): string => `tenant-${(tenants += 1)}`
const controlOf = (tenantId: string) => defendControl(running.url, tenantId)
const idsOf = async (tenantId: string) => (await controlOf(tenantId).auditEvents()).map(({ id }) => id)

const eventOf = (id: string, changes: Partial<DefendAuditEvent> = {}): DefendAuditEvent => ({
  id,
  type: 'hub.auth.login_failed',
  occurredAt: '2026-11-22T10:00:00.000Z',
  userId: 'u1',
  actor: { type: 'user', id: 'u1' },
  address: '203.0.113.7',
  outcome: 'failure',
  classification: 'failed_login',
  review: false,
  details: { reason: 'deactivated' },
  ...changes,
})

describe('the Defend stand-in', () => {
  it('keeps an audit event as it came', async () => {
    const tenantId = newTenant()
    const event = eventOf('e1', { userId: null, userAgent: 'Firefox', review: true })
    expect(await defend.sendAuditEvent(tenantId, event)).toBe('taken')
    expect(await controlOf(tenantId).auditEvents()).toEqual([
      { ...event, tenantId, receivedAt: expect.stringMatching(/^20.*Z$/) as string },
    ])
  })

  it('knows an id that it has, and changes nothing', async () => {
    const tenantId = newTenant()
    await defend.sendAuditEvent(tenantId, eventOf('e1'))
    const before = await controlOf(tenantId).auditEvents()
    expect(await defend.sendAuditEvent(tenantId, eventOf('e1', { review: true }))).toBe('known')
    expect(await controlOf(tenantId).auditEvents()).toEqual(before)
  })

  it('takes an event once of 20 sendings at once', async () => {
    const tenantId = newTenant()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => defend.sendAuditEvent(tenantId, eventOf('e1'))))
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1)
    expect(await idsOf(tenantId)).toEqual(['e1'])
  })

  it('keeps tenants apart', async () => {
    const [one, other] = [newTenant(), newTenant()]
    expect(await defend.sendAuditEvent(one, eventOf('e1'))).toBe('taken')
    expect(await defend.sendAuditEvent(other, eventOf('e1'))).toBe('taken')
    await controlOf(one).reset()
    expect([await idsOf(one), await idsOf(other)]).toEqual([[], ['e1']])
  })

  it('is healthy to whoever has a key', async () => {
    expect(await defend.checkHealth(newTenant())).toEqual({ status: 'ok', version: 'stand-in' })
    const stranger = connect(running.url, 5_000, 0, 'stand-in-ke')
    await expect(stranger.checkHealth('t')).rejects.toMatchObject({ code: 'peer-unauthorized' })
  })

  it.each([
    ['no key', { 'x-tenant-id': 'refused' }, eventOf('e1'), 401],
    ['another key', { 'x-tenant-id': 'refused', 'x-integration-key': 'x' }, eventOf('e1'), 401],
    ['no tenant', { 'x-integration-key': key }, eventOf('e1'), 400],
    [
      'a classification that is not in the contract',
      { 'x-tenant-id': 'refused', 'x-integration-key': key },
      { ...eventOf('e1'), classification: 'odd' },
      400,
    ],
    [
      'a member that is not in the contract',
      { 'x-tenant-id': 'refused', 'x-integration-key': key },
      { ...eventOf('e1'), password: 'x' },
      400,
    ],
  ])('refuses %s', async (_what, headers, body, status) => {
    const response = await fetch(`${running.url}/v1/audit-events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await idsOf('refused')).toEqual([])
  })
})

describe('faults of the Defend stand-in', () => {
  it.each<[Fault, object]>([
    [{ kind: 'status', status: 500 }, { code: 'peer-unavailable' }],
    [{ kind: 'rate-limit', retryAfter: '60' }, { details: { peerStatus: 429, retryAfterSeconds: 60 } }],
    [{ kind: 'hang' }, { code: 'peer-timeout' }],
    [{ kind: 'wrong-body' }, { code: 'peer-invalid-response' }],
    [{ kind: 'wrong-content-type' }, { code: 'peer-invalid-response' }],
    [{ kind: 'expired-key' }, { code: 'peer-unauthorized' }],
    [{ kind: 'reset-connection' }, { code: 'peer-unavailable' }],
  ])('%o fails a sending, of which nothing is left', async (fault, error) => {
    const tenantId = newTenant()
    await controlOf(tenantId).setFaults(fault)
    await expect(connect(running.url, 300, 0).sendAuditEvent(tenantId, eventOf('e1'))).rejects.toMatchObject(error)
    expect(await idsOf(tenantId)).toEqual([])
    await controlOf(tenantId).clearFaults()
    expect(await defend.sendAuditEvent(tenantId, eventOf('e1'))).toBe('taken')
  })

  it.each<Fault>([
    { kind: 'commit-then-hang', operation: 'sendAuditEvent', times: 1 },
    { kind: 'commit-then-status', status: 502, times: 1 },
  ])('%o takes an event whose answer is lost; the second try finds it', async (fault) => {
    const tenantId = newTenant()
    await controlOf(tenantId).setFaults(fault)
    expect(await connect(running.url, 500).sendAuditEvent(tenantId, eventOf('e1'))).toBe('known')
    expect(await idsOf(tenantId)).toEqual(['e1'])
    expect(await controlOf(tenantId).requests()).toEqual({ sendAuditEvent: 2 })
  })

  it('strike only their operation and tenant', async () => {
    const tenantId = newTenant()
    await controlOf(tenantId).setFaults({ kind: 'hang', operation: 'checkHealth' })
    expect(await defend.sendAuditEvent(tenantId, eventOf('e1'))).toBe('taken')
    expect(await defend.checkHealth(newTenant())).toMatchObject({ status: 'ok' })
  })
})

describe('the control API of the Defend stand-in', () => {
  it('refuses pages of other sites, and faults that make no sense', async () => {
    const tenantId = newTenant()
    await defend.sendAuditEvent(tenantId, eventOf('e1'))
    const response = await fetch(`${running.url}/_control/reset?tenantId=${tenantId}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
    expect(await idsOf(tenantId)).toEqual(['e1'])
    await expect(controlOf(tenantId).setFaults({ kind: 'hang', times: 0 })).rejects.toThrow(/400/)
  })
})

describe('the threat dashboard', () => {
  const openDashboard = async (...events: readonly DefendAuditEvent[]): Promise<string> => {
    const own = await startDefend({ port: 0, keys: [key] })
    onTestFinished(() => own.close())
    for (const event of events) await connect(own.url).sendAuditEvent('t1', event)
    return (await fetch(own.url)).text()
  }
  const cells = (html: string): string[][] =>
    [...html.matchAll(/<tr>(<td>.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<td>(.*?)<\/td>/gs)].map(([, text = '']) => text),
    )

  it('counts failed logins by user and address, the most first', async () => {
    const html = await openDashboard(
      eventOf('e1', { occurredAt: '2026-11-22T10:00:00Z' }),
      eventOf('e2', { userId: null, address: undefined }),
      eventOf('e3', { occurredAt: '2026-11-22T12:00:00.5Z', address: '198.51.100.1' }),
      eventOf('e4', { occurredAt: '2026-11-22T11:00:00.500Z' }),
      eventOf('e5', { occurredAt: '2026-11-22T10:30:00Z' }),
      eventOf('e6', { classification: 'login', outcome: 'success' }),
    )
    expect(cells(html)).toEqual([
      ['u1', '203.0.113.7', 't1', '3', '2026-11-22T11:00:00.500Z'],
      ['unknown', 'unknown', 't1', '1', '2026-11-22T10:00:00.000Z'],
      ['u1', '198.51.100.1', 't1', '1', '2026-11-22T12:00:00.5Z'],
    ])
    expect(html).toContain('Nothing to review.')
  })

  it('lists what is flagged for review, the latest first, with every text escaped', async () => {
    const evil = `<script>alert("'&")</script>`
    const escalation = { classification: 'permission_escalation', review: true, outcome: 'success' } as const
    const html = await openDashboard(
      eventOf('e1', {
        ...escalation,
        occurredAt: '2026-11-22T10:00:00Z',
        details: { before: 'viewer', after: 'owner' },
      }),
      eventOf('e2', {
        ...escalation,
        occurredAt: '2026-11-22T11:00:00Z',
        userId: evil,
        type: evil,
        details: { [evil]: evil },
      }),
      eventOf('e3', { classification: 'permission_change' }),
    )
    expect(cells(html).map((row) => [row[5], row[6]])).toEqual([
      ['2026-11-22T11:00:00Z', expect.stringMatching(/^&lt;script&gt;.*: &lt;script&gt;/)],
      ['2026-11-22T10:00:00Z', 'before: viewer, after: owner'],
    ])
    expect(html).not.toContain('<script')
    expect(html).toContain('No failed logins.')
  })
})

describe('the process of the Defend stand-in', () => {
  const folderOf = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'defend-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const start = async (folder: string) => {
    const child = await startStandInProcess('defend', { DEFEND_SERVICE_KEY: key }, folder)
    onTestFinished(() => child.kill())
    return child
  }

  it('has everything that it ever answered after SIGKILL, and a half-written line does no harm', async () => {
    const folder = folderOf()
    const first = await start(folder)
    const taken = Array.from({ length: 30 }, (_, n) =>
      connect(first.url, 2_000, 0).sendAuditEvent('t1', eventOf(`e${n}`)),
    )
    const settled = Promise.allSettled(taken)
    await Promise.all(taken.slice(0, 5))
    await first.kill()
    const answered = (await settled).flatMap(({ status }, n) => (status === 'fulfilled' ? [`e${n}`] : []))
    expect(answered.length).toBeGreaterThanOrEqual(5)
    appendFileSync(join(folder, 'defend.jsonl'), '{"kind":"audit-event","eve')

    const second = await start(folder)
    for (const id of answered)
      expect(await connect(second.url).sendAuditEvent('t1', eventOf(id, { review: true }))).toBe('known')
    expect(await connect(second.url).sendAuditEvent('t1', eventOf('fresh'))).toBe('taken')
  })

  it('remembers over a normal end what was reset, and sums up its journal', async () => {
    const folder = folderOf()
    const first = await startDefend({ port: 0, keys: [key], dataFolder: folder })
    for (const tenantId of ['t1', 't2']) await connect(first.url).sendAuditEvent(tenantId, eventOf('e1'))
    await defendControl(first.url, 't1').reset()
    await first.close()
    const second = await startDefend({ port: 0, keys: [key], dataFolder: folder })
    onTestFinished(() => second.close())
    expect(await defendControl(second.url, 't1').auditEvents()).toEqual([])
    expect(await defendControl(second.url, 't2').auditEvents()).toHaveLength(1)
    expect(readFileSync(join(folder, 'defend.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1)
  })

  it('does not start without a key', async () => {
    await expect(startDefend({ port: 0, keys: [] })).rejects.toThrow('needs at least one integration key')
  })
})
