import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { type RunningPsa, start as startPsa } from '../../../../shared/peers/psa/stand-in/stand-in.ts'
import { type PsaClient, createPsaClient } from '../../../../shared/peers/psa/client.ts'
import type { PsaTicketDraft } from '../../../../shared/peers/psa/ticket-contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
let running: RunningPsa
let psa: PsaClient

const connect = (baseUrl: string, attemptMs = 5_000, retries = 3): PsaClient =>
  createPsaClient({
    baseUrl,
    key: () => key,
    timeouts: { attemptMs, deadlineMs: 8_000 },
    retries: { max: retries, initialDelayMs: 1, maxDelayMs: 2 },
  })

beforeAll(async () => {
  running = await startPsa({ port: 0, keys: ['another', key] })
  psa = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let tenants = 0
const newTenant = (): string => `tenant-${(tenants += 1)}`

const draftOf = (externalReference: string, changes: Partial<PsaTicketDraft> = {}): PsaTicketDraft => ({
  externalReference,
  title: 'Prototype pollution in lodash',
  description: 'Update to 4.17.21',
  priority: 'P1',
  board: 'service',
  companyId: null,
  source: 'the-one-code',
  links: [],
  relatedTicketIds: [],
  ...changes,
})

const control = async (
  method: string,
  path: string,
  tenantId: string | undefined,
  body?: unknown,
): Promise<unknown> => {
  const query = tenantId === undefined ? '' : `?tenantId=${tenantId}`
  const response = await fetch(`${running.url}/_control/${path}${query}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
const setFaults = (tenantId: string, ...faults: Fault[]) => control('PUT', 'faults', tenantId, faults)
const countsOf = async (tenantId: string) =>
  ((await control('GET', 'requests', tenantId)) as { counts: Record<string, number> }).counts
const ticketsOf = async (tenantId: string) =>
  ((await control('GET', 'tickets', tenantId)) as { tickets: { id: string; notes: unknown[] }[] }).tickets

describe('the PSA stand-in', () => {
  it('keeps a ticket through its whole life', async () => {
    const tenantId = newTenant()
    const { outcome, ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    expect(outcome).toBe('created')
    expect(ticket).toMatchObject({ externalReference: 'f1', status: 'new', closedAt: null, version: 1 })
    expect(ticket.id).toMatch(/^T20\d{6,}$/)
    expect(await psa.getTicket(tenantId, ticket.id)).toEqual(ticket)
    expect(await psa.findTicketByReference(tenantId, 'f1')).toEqual(ticket)
    expect(await psa.findTicketByReference(tenantId, 'f2')).toBeUndefined()
    expect(await psa.getTickets(tenantId, ['none', ticket.id])).toEqual([ticket])

    const closedAt = '2026-01-02T03:04:05.000Z'
    await control('PATCH', `tickets/${ticket.id}`, tenantId, { status: 'closed', closedAt })
    expect(await psa.getTicket(tenantId, ticket.id)).toMatchObject({ status: 'closed', closedAt, version: 2 })
    const reopened = await psa.reopenTicket(tenantId, ticket.id, { reference: 'r1', note: 'Found again' })
    expect(reopened).toMatchObject({ outcome: 'reopened', ticket: { status: 'open', closedAt: null, version: 3 } })
  })

  it('answers the same reference again with the first ticket', async () => {
    const tenantId = newTenant()
    const { ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    expect(await psa.createTicket(tenantId, draftOf('f1', { title: 'Other' }))).toEqual({ outcome: 'exists', ticket })
  })

  it('makes one ticket of 20 creations at once', async () => {
    const tenantId = newTenant()
    const results = await Promise.all(Array.from({ length: 20 }, () => psa.createTicket(tenantId, draftOf('f1'))))
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(new Set(results.map(({ ticket }) => ticket.id)).size).toBe(1)
    expect(await ticketsOf(tenantId)).toHaveLength(1)
  })

  it('keeps tenants apart', async () => {
    const [one, other] = [newTenant(), newTenant()]
    const { ticket } = await psa.createTicket(one, draftOf('f1'))
    expect(await psa.getTicket(other, ticket.id)).toBeUndefined()
    expect(await psa.getTickets(other, [ticket.id])).toEqual([])
    expect(await psa.findTicketByReference(other, 'f1')).toBeUndefined()
    expect(await psa.addNote(other, ticket.id, { reference: 'n', text: 'x', internal: true })).toEqual({
      outcome: 'ticket-not-found',
    })
    expect((await psa.createTicket(other, draftOf('f1'))).outcome).toBe('created')
  })

  it('adds a note once for each reference', async () => {
    const tenantId = newTenant()
    const { ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    const note = { reference: 'n1', text: 'Found again', internal: true }
    expect(await psa.addNote(tenantId, ticket.id, note)).toEqual({ outcome: 'added' })
    expect(await psa.addNote(tenantId, ticket.id, note)).toEqual({ outcome: 'exists' })
    expect((await ticketsOf(tenantId))[0]?.notes).toHaveLength(1)
  })

  it('reopens once for each reference, also when the ticket was closed again since', async () => {
    const tenantId = newTenant()
    const { ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    const close = () => control('PATCH', `tickets/${ticket.id}`, tenantId, { status: 'resolved' })
    // A note with the same reference is another thing.
    await psa.addNote(tenantId, ticket.id, { reference: 'r1', text: 'x', internal: true })
    await close()
    const reopening = { reference: 'r1', note: 'Found again' }
    expect(await psa.reopenTicket(tenantId, ticket.id, reopening)).toMatchObject({ ticket: { status: 'open' } })
    await close()
    expect(await psa.reopenTicket(tenantId, ticket.id, reopening)).toMatchObject({ ticket: { status: 'resolved' } })
    expect(await psa.reopenTicket(tenantId, ticket.id, { ...reopening, reference: 'r2' })).toMatchObject({
      ticket: { status: 'open' },
    })
    for (const [reference, outcome] of [
      ['r1', 'exists'],
      ['r2', 'added'],
    ] as const)
      expect(await psa.addNote(tenantId, ticket.id, { reference, text: 'x', internal: true })).toEqual({ outcome })
  })

  it('refuses a company that it does not know, and takes one that it does', async () => {
    const tenantId = newTenant()
    const draft = draftOf('f1', { companyId: 'acme' })
    await expect(psa.createTicket(tenantId, draft)).rejects.toMatchObject({
      code: 'company-unknown',
      details: { peerStatus: 422 },
    })
    await control('PUT', 'companies', tenantId, { companyIds: ['acme'] })
    expect((await psa.createTicket(tenantId, draft)).ticket.companyId).toBe('acme')
  })

  it('refuses a wrong key, a tenant that the key may not act for, and a request without a tenant', async () => {
    const tenantId = newTenant()
    expect(await psa.checkHealth(tenantId)).toMatchObject({ status: 'ok' })
    const stranger = createPsaClient({ baseUrl: running.url, key: () => 'wrong' })
    const refusal = (peerStatus: number) => ({ code: 'peer-unauthorized', details: { peerStatus } })
    await expect(stranger.checkHealth(tenantId)).rejects.toMatchObject(refusal(401))
    await control('PUT', 'access', tenantId, { allowed: false })
    await expect(psa.checkHealth(tenantId)).rejects.toMatchObject(refusal(403))
    const response = await fetch(`${running.url}/v1/health`, { headers: { 'X-Integration-Key': key } })
    expect(response.status).toBe(400)
  })

  it.each([
    ['POST', '/v1/tickets', '{', 400],
    ['POST', '/v1/tickets', '{"externalReference":"x"}', 400],
    ['POST', '/v1/tickets', JSON.stringify({ ...draftOf('f1'), more: 1 }), 400],
    ['POST', '/v1/tickets', `"${'x'.repeat(1_100_000)}"`, 413],
    ['GET', '/v1/tickets', undefined, 400],
    ['GET', '/v1/tickets?ids=a&externalReference=b', undefined, 400],
    ['GET', `/v1/tickets?ids=${Array(101).fill('a').join(',')}`, undefined, 400],
    ['GET', '/v1/tickets/%E0%A4%A', undefined, 404],
    ['DELETE', '/v1/tickets/T1', undefined, 404],
  ])('answers %s %s with a problem document', async (method, path, body, status) => {
    const response = await fetch(running.url + path, {
      method,
      headers: { 'X-Integration-Key': key, 'X-Tenant-Id': newTenant(), 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) })
  })

  it('asks for JSON', async () => {
    const response = await fetch(`${running.url}/v1/tickets`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(415)
  })
})

describe('faults of the PSA stand-in', () => {
  const refused: readonly [Fault, Record<string, unknown>][] = [
    [
      { kind: 'status', status: 503 },
      { code: 'peer-unavailable', details: { peerStatus: 503 } },
    ],
    [
      { kind: 'status', status: 503, retryAfter: '90' },
      { code: 'peer-unavailable', details: { retryAfterSeconds: 90 } },
    ],
    [
      { kind: 'rate-limit', retryAfter: '60' },
      { code: 'peer-unavailable', details: { peerStatus: 429, retryAfterSeconds: 60 } },
    ],
    [{ kind: 'hang' }, { code: 'peer-timeout' }],
    [{ kind: 'wrong-body' }, { code: 'peer-invalid-response' }],
    [{ kind: 'wrong-content-type' }, { code: 'peer-invalid-response' }],
    [{ kind: 'expired-key' }, { code: 'peer-unauthorized', details: { peerStatus: 401 } }],
    [{ kind: 'reset-connection' }, { code: 'peer-unavailable' }],
  ]
  it.each(refused)('%o fails a creation, of which nothing is left', async (fault, error) => {
    const tenantId = newTenant()
    await setFaults(tenantId, fault)
    const impatient = connect(running.url, 200, 0)
    await expect(impatient.createTicket(tenantId, draftOf('f1'))).rejects.toMatchObject(error)
    expect(await ticketsOf(tenantId)).toEqual([])
    await control('DELETE', 'faults', tenantId)
    expect((await psa.createTicket(tenantId, draftOf('f1'))).outcome).toBe('created')
  })

  it.each<Fault>([
    { kind: 'commit-then-hang', times: 1 },
    { kind: 'commit-then-status', status: 502, times: 1 },
  ])('%o makes a ticket whose answer is lost; the second try finds it', async (fault) => {
    const tenantId = newTenant()
    await setFaults(tenantId, fault)
    expect((await connect(running.url, 500).createTicket(tenantId, draftOf('f1'))).outcome).toBe('exists')
    expect(await ticketsOf(tenantId)).toHaveLength(1)
    expect(await countsOf(tenantId)).toEqual({ createTicket: 2 })
  })

  it('latency answers late', async () => {
    const tenantId = newTenant()
    await setFaults(tenantId, { kind: 'latency', ms: 20 })
    expect((await psa.createTicket(tenantId, draftOf('f1'))).outcome).toBe('created')
  })

  it('latency beyond our time limit still makes the ticket', async () => {
    const tenantId = newTenant()
    await setFaults(tenantId, { kind: 'latency', ms: 300, times: 1 })
    await expect(connect(running.url, 50, 0).createTicket(tenantId, draftOf('f1'))).rejects.toMatchObject({
      code: 'peer-timeout',
    })
    await expect.poll(() => ticketsOf(tenantId), { timeout: 5_000 }).toHaveLength(1)
  })

  it('strike only their operation, and as often as they say; requests are counted', async () => {
    const tenantId = newTenant()
    await setFaults(tenantId, { kind: 'status', operation: 'getTicket', times: 2 })
    const { ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    expect(await psa.getTicket(tenantId, ticket.id)).toEqual(ticket)
    expect(await countsOf(tenantId)).toEqual({ createTicket: 1, getTicket: 3 })
    expect(await control('GET', 'faults', tenantId)).toMatchObject({ faults: [{ struck: 2 }] })
  })

  it('leave other tenants alone', async () => {
    const [one, other] = [newTenant(), newTenant()]
    await setFaults(one, { kind: 'reset-connection' })
    expect(await psa.checkHealth(other)).toMatchObject({ status: 'ok' })
  })
})

describe('the control API of the PSA stand-in', () => {
  it('resets one tenant and leaves the others; ticket numbers are not given out again', async () => {
    const [one, other] = [newTenant(), newTenant()]
    const { ticket } = await psa.createTicket(one, draftOf('f1'))
    await psa.createTicket(other, draftOf('f1'))
    await control('POST', 'reset', one)
    expect(await ticketsOf(one)).toEqual([])
    expect(await countsOf(one)).toEqual({})
    expect(await ticketsOf(other)).toHaveLength(1)
    expect((await psa.createTicket(one, draftOf('f1'))).ticket.id).not.toBe(ticket.id)
  })

  it('deletes a ticket, as PSA may do', async () => {
    const tenantId = newTenant()
    const { ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    await control('DELETE', `tickets/${ticket.id}`, tenantId)
    expect(await psa.getTicket(tenantId, ticket.id)).toBeUndefined()
  })

  it('changes no ticket of another tenant, and sets no closing time on an open one', async () => {
    const tenantId = newTenant()
    const { ticket } = await psa.createTicket(tenantId, draftOf('f1'))
    await expect(control('PATCH', `tickets/${ticket.id}`, newTenant(), { status: 'closed' })).rejects.toThrow(/^404/)
    const closedAt = '2026-01-02T03:04:05.000Z'
    await expect(control('PATCH', `tickets/${ticket.id}`, tenantId, { closedAt })).rejects.toThrow(/^400/)
  })

  it('refuses pages of other sites', async () => {
    const response = await fetch(`${running.url}/_control/reset?tenantId=x`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })
})

describe('the pages of the PSA stand-in', () => {
  it('show tickets, with every text escaped', async () => {
    const tenantId = newTenant()
    const evil = `<script>alert("'&")</script>`
    const { ticket } = await psa.createTicket(
      tenantId,
      draftOf(evil, {
        title: evil,
        description: evil,
        board: evil,
        links: [{ title: evil, url: 'https://a.b/?x="><script>' }],
      }),
    )
    await psa.addNote(tenantId, ticket.id, { reference: 'n', text: evil, internal: true })
    for (const url of [running.url, ticket.url]) {
      const html = await (await fetch(url)).text()
      expect(html).toContain('&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;')
      expect(html).not.toContain('<script')
    }
    expect((await fetch(`${running.url}/tickets/T0`)).status).toBe(404)
  })
})

describe('the process of the PSA stand-in', () => {
  const start = (folder: string) => startStandInProcess('psa', { PSA_SERVICE_KEY: key }, folder)

  it('has everything that it ever answered after SIGKILL, and a half-written line does no harm', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'psa-'))
    let child = await start(folder)
    try {
      const client = connect(child.url)
      const { ticket } = await client.createTicket('t1', draftOf('kept'))
      await client.addNote('t1', ticket.id, { reference: 'n1', text: 'x', internal: true })
      const parallel = Array.from({ length: 50 }, (_, n) => client.createTicket('t1', draftOf(`f${n}`)))
      const settled = Promise.allSettled(parallel)
      await Promise.all(parallel.slice(0, 10))
      await child.kill()
      const outcomes = await settled
      const answered = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.ticket.id] : []))
      appendFileSync(join(folder, 'psa.jsonl'), '{"kind":"ticket","tick')

      child = await start(folder)
      const again = connect(child.url)
      expect(await again.getTickets('t1', answered)).toHaveLength(answered.length)
      expect(await again.createTicket('t1', draftOf('kept'))).toMatchObject({
        outcome: 'exists',
        ticket: { id: ticket.id, version: 2 },
      })
      expect(await again.addNote('t1', ticket.id, { reference: 'n1', text: 'x', internal: true })).toEqual({
        outcome: 'exists',
      })
      const fresh = await again.createTicket('t1', draftOf('fresh'))
      expect([ticket.id, ...answered]).not.toContain(fresh.ticket.id)
    } finally {
      await child.kill()
      rmSync(folder, { recursive: true })
    }
  })

  it('remembers over a normal end what was reset, registered and refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'psa-'))
    const options = { port: 0, keys: [key], dataFolder: folder }
    const put = (url: string, path: string, body: unknown) =>
      fetch(`${url}/_control/${path}`, {
        method: path.startsWith('reset') ? 'POST' : 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const first = await startPsa(options)
    const { ticket } = await connect(first.url).createTicket('t1', draftOf('f1'))
    await put(first.url, 'companies?tenantId=t2', { companyIds: ['acme'] })
    await put(first.url, 'access?tenantId=t3', { allowed: false })
    await put(first.url, 'reset?tenantId=t1', {})
    await first.close()
    // The next start reads what this one summed up.
    await (await startPsa(options)).close()
    for (const n of [1, 2]) {
      const next = await startPsa(options)
      const client = connect(next.url)
      expect(await client.findTicketByReference('t1', 'f1')).toBeUndefined()
      const made = await client.createTicket('t2', draftOf(`f${n}`, { companyId: 'acme' }))
      expect(Number(made.ticket.id.slice(1))).toBe(Number(ticket.id.slice(1)) + n)
      await expect(client.checkHealth('t3')).rejects.toMatchObject({ code: 'peer-unauthorized' })
      await next.close()
    }
    rmSync(folder, { recursive: true })
  })

  it('says which port is taken and how to change it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(startPsa({ port, keys: [key] })).rejects.toThrow(
      `Port ${port} is already in use. Stop the program that uses it, or set LOCAL_PSA_PORT to another port.`,
    )
    other.close()
  })

  it('does not start without a key', async () => {
    await expect(startPsa({ port: 0, keys: [] })).rejects.toThrow('needs at least one integration key')
  })
})
