import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createPeerClient } from '../../../../shared/peer-client/peer-client.ts'
import { createPsaClient } from '../../../../shared/peers/psa/client.ts'
import { psaLimits } from '../../../../shared/peers/psa/contract.ts'
import type { PsaTicketDraft } from '../../../../shared/peers/psa/ticket-contract.ts'
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
  return { server, psa: createPsaClient({ baseUrl: server.baseUrl, key: () => 'k', retries }) }
}

const draft: PsaTicketDraft = {
  externalReference: 'code:f1',
  title: 'A title',
  description: '',
  priority: 'P2',
  board: 'service',
  companyId: 'c1',
  source: 'the-one-code',
  links: [{ title: 'Finding', url: 'https://app.theonecode.app/findings/1' }],
  relatedTicketIds: [],
}

const ticket = {
  id: 'T1',
  externalReference: 'code:f1',
  title: 'A title',
  status: 'new',
  priority: 'P2',
  board: 'service',
  companyId: 'c1',
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.123Z',
  closedAt: null,
  url: 'https://psa.example/tickets/T1',
  assignee: null,
  version: 1,
}

const conflict = json(409, { title: 'Exists', status: 409, ticket }, { 'content-type': 'application/problem+json' })
const missing = json(404, { title: 'None', status: 404 }, { 'content-type': 'application/problem+json' })

describe('the PSA client', () => {
  it('sends the draft with the tenant and the key', async () => {
    const { psa, server } = await connect(json(201, ticket))
    expect(await psa.createTicket('t1', draft)).toEqual({ outcome: 'created', ticket })
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/tickets',
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(draft)
  })

  it('repeats a creation whose answer was lost, and finds the ticket that it made', async () => {
    const { psa } = await connect(json(502, {}), conflict)
    expect(await psa.createTicket('t1', draft)).toEqual({ outcome: 'exists', ticket })
  })

  it.each([
    ['a creation', json(201, { ...ticket, externalReference: 'code:f2' })],
    ['a conflict', json(409, { title: 'Exists', status: 409, ticket: { ...ticket, externalReference: 'code:f2' } })],
  ])('takes no other ticket for the one that was meant in %s', async (_, reply) => {
    const { psa } = await connect(reply)
    await expect(psa.createTicket('t1', draft)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('takes no other ticket for the one that was read, reopened or raised', async () => {
    const { psa } = await connect(json(200, { ...ticket, id: 'T2' }))
    for (const asked of [
      () => psa.getTicket('t1', 'T1'),
      () => psa.reopenTicket('t1', 'T1', { reference: 'r', note: 'x' }),
      () => psa.raisePriority('t1', 'T1', { reference: 'r', priority: 'P1' }),
    ])
      await expect(asked()).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('takes no list with others than those asked for, or with one twice', async () => {
    for (const tickets of [[{ ...ticket, id: 'T2' }], [ticket, ticket]]) {
      const { psa } = await connect(json(200, { tickets }))
      await expect(psa.getTickets('t1', ['T1'])).rejects.toMatchObject({ code: 'peer-invalid-response' })
    }
    const { psa } = await connect(json(200, { tickets: [] }))
    expect(await psa.getTickets('t1', ['T1'])).toEqual([])
  })

  it('takes no receipt of another note', async () => {
    const note = { reference: 'another', text: 'x', internal: true, createdAt: '2026-11-22T10:00:00.000Z' }
    const { psa } = await connect(json(201, note))
    await expect(psa.addNote('t1', 'T1', { reference: 'mine', text: 'x', internal: true })).rejects.toMatchObject({
      code: 'peer-invalid-response',
    })
  })

  it('takes a 422 for a refusal, unless it says that the company is not known', async () => {
    const refused = { title: 'No', status: 422 }
    const unknown = { ...refused, type: 'urn:the-one-psa:problem:unknown-company' }
    for (const [body, code] of [
      [refused, 'peer-rejected'],
      [{ ...unknown, type: 'about:blank' }, 'peer-rejected'],
      [unknown, 'company-unknown'],
    ] as const) {
      const { psa } = await connect(json(422, body, { 'content-type': 'application/problem+json' }))
      await expect(psa.createTicket('t1', draft)).rejects.toMatchObject({ code, details: { peerStatus: 422 } })
    }
  })

  it('takes a 409 without the ticket for a breach of the contract', async () => {
    const { psa } = await connect(json(409, { title: 'Exists', status: 409 }))
    await expect(psa.createTicket('t1', draft)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('drops members of an answer that it does not know', async () => {
    const { psa } = await connect(json(200, { ...ticket, sla: 'gold' }))
    expect(await psa.getTicket('t1', 'T1')).toEqual(ticket)
  })

  it.each([
    ['a status that is no word', { status: 7 }],
    ['a time of closing that is none', { closedAt: 'yesterday' }],
    ['a link that runs script', { url: 'javascript:alert(1)' }],
    ['no id', { id: undefined }],
  ])('refuses a ticket with %s', async (_what, change) => {
    const { psa } = await connect(json(200, { ...ticket, ...change }))
    await expect(psa.getTicket('t1', 'T1')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it.each([
    ['an unknown member', { ...draft, secret: 'x' }, 'ticket'],
    ['too long a title', { ...draft, title: 'x'.repeat(psaLimits.title + 1) }, 'ticket.title'],
    [
      'a link that runs script',
      { ...draft, links: [{ title: 'x', url: 'javascript:alert(1)' }] },
      'ticket.links.0.url',
    ],
  ])('sends no draft with %s', async (_what, bad, path) => {
    const { psa, server } = await connect(json(201, ticket))
    await expect(psa.createTicket('t1', bad)).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it('finds a ticket by its reference, and believes only one that has it', async () => {
    const { psa, server } = await connect(json(200, { tickets: [ticket] }))
    expect(await psa.findTicketByReference('t1', 'code:f1')).toEqual(ticket)
    expect(await psa.findTicketByReference('t1', 'code:f2&ids=T1')).toBeUndefined()
    expect(server.requests[1]?.url).toBe('/v1/tickets?externalReference=code%3Af2%26ids%3DT1')
  })

  it('reads any number of tickets in pages, each id once', async () => {
    const ids = Array.from({ length: 205 }, (_, n) => `T${n}`)
    const { psa, server } = await connect((response, request) => {
      const asked = new URL(request.url ?? '', 'http://psa').searchParams.get('ids')?.split(',') ?? []
      json(200, { tickets: asked.map((id) => Object.assign({}, ticket, { id })) })(response, request)
    })
    const tickets = await psa.getTickets('t1', [...ids, ...ids])
    expect(tickets.map(({ id }) => id)).toEqual(ids)
    expect(server.requests).toHaveLength(3)
  })

  it('asks nothing for no ids, and refuses an id that would be two', async () => {
    const { psa, server } = await connect(json(200, { tickets: [] }))
    expect(await psa.getTickets('t1', [])).toEqual([])
    await expect(psa.getTickets('t1', ['T1,T2'])).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(0)
  })

  it('says when a ticket is not there (any more)', async () => {
    const { psa } = await connect(missing)
    expect(await psa.getTicket('t1', 'T9')).toBeUndefined()
    const note = { reference: 'n1', text: 'again', internal: true }
    expect(await psa.addNote('t1', 'T9', note)).toEqual({ outcome: 'ticket-not-found' })
    expect(await psa.reopenTicket('t1', 'T9', { reference: 'r1', note: 'again' })).toEqual({
      outcome: 'ticket-not-found',
    })
  })

  it('takes the 404 of something that is not PSA for what it is', async () => {
    const { psa } = await connect((response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<p>404'))
    await expect(psa.getTicket('t1', 'T9')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('works over a peer client that exists already', async () => {
    const { server } = await connect(json(200, { status: 'ok', version: '2' }))
    const psa = createPsaClient(createPeerClient({ peer: 'psa', baseUrl: server.baseUrl, key: () => 'k' }))
    expect(await psa.checkHealth('t1')).toEqual({ status: 'ok', version: '2' })
  })
})
