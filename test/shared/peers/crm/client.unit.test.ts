import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createCrmClient } from '../../../../shared/peers/crm/client.ts'
import type { CrmOpportunity, CrmOpportunityDraft } from '../../../../shared/peers/crm/contract.ts'
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
  return { server, crm: createCrmClient({ baseUrl: server.baseUrl, key: () => 'k', retries }) }
}

const draft: CrmOpportunityDraft = {
  externalReference: 'f1',
  name: 'Migrate northwind/storefront to Node 24',
  companyId: 'acme',
  value: { amountMinor: 1_250_050, currency: 'EUR' },
  description: 'Node 16 is out of support.',
  source: 'the-one-code',
  type: 'migration_recommendation',
  links: [{ title: 'Finding', url: 'https://code.example/findings/f1' }],
}
const opportunity: CrmOpportunity = {
  id: 'o1',
  externalReference: 'f1',
  name: draft.name,
  stage: 'open',
  companyId: 'acme',
  value: draft.value,
  createdAt: '2026-11-22T10:00:00.123Z',
  updatedAt: '2026-11-22T10:00:00.123Z',
  url: 'https://crm.example/opportunities/o1',
}
const conflict = (existing: object) =>
  json(409, { title: 'It exists', status: 409, opportunity: existing }, { 'content-type': 'application/problem+json' })

const emptyList: Reply = json(200, { opportunities: [] })
const idsOf = (url: string | undefined) => new URL(url ?? '', 'http://crm').searchParams.get('ids')?.split(',') ?? []

describe('the CRM client', () => {
  it('sends the draft with the tenant and the key', async () => {
    const { crm, server } = await connect(json(201, opportunity))
    expect(await crm.createOpportunity('t1', draft)).toEqual({ outcome: 'created', opportunity })
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/opportunities',
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(draft)
  })

  it('repeats a creation whose answer was lost, and finds what the first one made', async () => {
    const { crm, server } = await connect(json(502, {}), conflict(opportunity))
    expect(await crm.createOpportunity('t1', draft)).toEqual({ outcome: 'exists', opportunity })
    expect(server.requests).toHaveLength(2)
  })

  it('sends an opportunity without company, value and links', async () => {
    const bare = { ...draft, companyId: null, value: null, links: [] }
    const { crm, server } = await connect(json(201, { ...opportunity, companyId: null, value: null }))
    expect((await crm.createOpportunity('t1', bare)).opportunity).toMatchObject({ companyId: null, value: null })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(bare)
  })

  it.each([
    ['another opportunity', json(201, { ...opportunity, externalReference: 'f2' })],
    ['the conflict with another one', conflict({ ...opportunity, externalReference: 'f2' })],
    ['a conflict with nothing', json(409, { title: 'It exists', status: 409 })],
    ['a stage that is no word', json(201, { ...opportunity, stage: 1 })],
    ['an address that runs a script', json(201, { ...opportunity, url: 'javascript:alert(1)' })],
  ])('does not believe a creation that is answered with %s', async (_what, reply) => {
    const { crm } = await connect(reply)
    await expect(crm.createOpportunity('t1', draft)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it.each([
    ['an unknown member', { password: 'x' }, 'opportunity'],
    ['no reference', { externalReference: '' }, 'opportunity.externalReference'],
    ['half a character in its reference', { externalReference: '\ud800' }, 'opportunity.externalReference'],
    ['too long a name', { name: 'x'.repeat(201) }, 'opportunity.name'],
    ['an amount in parts of cents', { value: { amountMinor: 0.5, currency: 'EUR' } }, 'opportunity.value.amountMinor'],
    ['a negative amount', { value: { amountMinor: -1, currency: 'EUR' } }, 'opportunity.value.amountMinor'],
    [
      'an amount that no number holds',
      { value: { amountMinor: 2 ** 53, currency: 'EUR' } },
      'opportunity.value.amountMinor',
    ],
    ['a currency that is no code', { value: { amountMinor: 1, currency: '€' } }, 'opportunity.value.currency'],
    ['another source', { source: 'the-one-hub' }, 'opportunity.source'],
    ['too long a description', { description: 'x'.repeat(20_001) }, 'opportunity.description'],
    ['a link that runs a script', { links: [{ title: 'x', url: 'javascript:alert(1)' }] }, 'opportunity.links.0.url'],
  ])('sends no draft with %s', async (_what, change, path) => {
    const { crm, server } = await connect(json(201, opportunity))
    const bad = { ...draft, ...change } as CrmOpportunityDraft
    await expect(crm.createOpportunity('t1', bad)).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it('finds an opportunity by its reference, and believes only the one it asked for', async () => {
    const { crm, server } = await connect(json(200, { opportunities: [{ ...opportunity, owner: 'x' }] }))
    expect(await crm.findOpportunityByReference('t1', 'f1')).toEqual(opportunity)
    expect(await crm.findOpportunityByReference('t1', 'f&2')).toBeUndefined()
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/opportunities?externalReference=f1',
      '/v1/opportunities?externalReference=f%262',
    ])
  })

  it('reads any number of opportunities in pages, each once', async () => {
    const ids = Array.from({ length: 205 }, (_, n) => `o${n}`)
    const { crm, server } = await connect((response, request) => {
      const opportunities = idsOf(request.url).map((id) => Object.assign({}, opportunity, { id }))
      json(200, { opportunities })(response, request)
    })
    const found = await crm.getOpportunities('t1', [...ids, ...ids])
    expect(found.map(({ id }) => id)).toEqual(ids)
    expect(server.requests).toHaveLength(3)
    expect(await crm.getOpportunities('t1', [])).toEqual([])
    expect(server.requests).toHaveLength(3)
  })

  it.each(['', 'a,b', 'a\nb', '\ud800', 'x'.repeat(65)])('reads no list with the id %j', async (id) => {
    const { crm, server } = await connect(emptyList)
    await expect(crm.getOpportunities('t1', ['o1', id])).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: expect.arrayContaining([expect.objectContaining({ path: 'ids.1' })]) },
    })
    expect(server.requests).toHaveLength(0)
  })

  it.each(['', '\ud800', 'x'.repeat(129)])('asks nothing about the reference %j', async (reference) => {
    const { crm, server } = await connect(emptyList)
    await expect(crm.findOpportunityByReference('t1', reference)).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(0)
  })

  it.each([
    [json(200, opportunity), 'peer-invalid-response', 200],
    [json(422, { title: 'No such company', status: 422 }), 'peer-rejected', 422],
    [json(401, { title: 'No', status: 401 }), 'peer-unauthorized', 401],
    [json(503, { title: 'Away', status: 503 }), 'peer-unavailable', 503],
  ] as const)('does not take another answer for a yes', async (reply, code, peerStatus) => {
    const { crm } = await connect(reply)
    const details = { peer: 'crm', peerStatus }
    await expect(crm.createOpportunity('t1', draft)).rejects.toMatchObject({ code, details })
  })

  it('works over a peer client that exists already', async () => {
    const { server } = await connect(json(200, { status: 'ok', version: '2', load: 1 }))
    const crm = createCrmClient(createPeerClient({ peer: 'crm', baseUrl: server.baseUrl, key: () => 'k' }))
    expect(await crm.checkHealth('t1')).toEqual({ status: 'ok', version: '2' })
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/v1/health', headers: { 'x-tenant-id': 't1' } })
  })
})
