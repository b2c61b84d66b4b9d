import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createPsaClient } from '../../../../shared/peers/psa/client.ts'
import type { PsaAgent, PsaAgentDraft } from '../../../../shared/peers/psa/agent-contract.ts'
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

const draft: PsaAgentDraft = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Byron',
  role: 'technician',
  active: true,
  sourceVersion: 3,
}
const agent: PsaAgent = { ...draft, identity: 'u1', updatedAt: '2026-11-22T10:00:00.123Z' }
const missing = json(404, { title: 'None', status: 404 }, { 'content-type': 'application/problem+json' })

const emptyPages: Reply = json(200, { agents: [], tickets: [] })
const idsOf = (url: string | undefined) => new URL(url ?? '', 'http://psa').searchParams.get('ids')?.split(',') ?? []

describe('the agents of the PSA client', () => {
  it('puts the draft with the tenant and the key, under an identity that may hold anything', async () => {
    const identity = 'entra|7/../a?b#c'
    const { psa, server } = await connect(json(201, { ...agent, identity }))
    expect(await psa.putAgent('t1', identity, draft)).toEqual({ outcome: 'created', agent: { ...agent, identity } })
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      url: `/v1/agents/${encodeURIComponent(identity)}`,
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(draft)
  })

  it('repeats a put whose answer was lost', async () => {
    const { psa, server } = await connect(json(502, {}), json(200, agent))
    expect(await psa.putAgent('t1', 'u1', draft)).toEqual({ outcome: 'current', agent })
    expect(server.requests).toHaveLength(2)
  })

  it('says when PSA has a newer version', async () => {
    const newer = { ...agent, active: false, sourceVersion: 4 }
    const { psa } = await connect(json(200, newer))
    expect(await psa.putAgent('t1', 'u1', draft)).toEqual({ outcome: 'superseded', agent: newer })
  })

  it.each([
    ['another agent', { identity: 'u2' }],
    ['a lower version than it was given', { sourceVersion: 2 }],
    ['a word for whether the agent is active', { active: 'yes' }],
  ])('does not believe a put that is answered with %s', async (_what, change) => {
    const { psa } = await connect(json(200, { ...agent, ...change }))
    await expect(psa.putAgent('t1', 'u1', draft)).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it.each([
    ['an unknown member', { ...draft, password: 'x' }, 'agent'],
    ['no address', { ...draft, email: 'ada' }, 'agent.email'],
    ['a version that cannot be compared', { ...draft, sourceVersion: 1.5 }, 'agent.sourceVersion'],
  ])('sends no draft with %s', async (_what, bad, path) => {
    const { psa, server } = await connect(json(200, agent))
    await expect(psa.putAgent('t1', 'u1', bad)).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it.each(['', '.', '..', 'a,b', 'a\nb', '\ud800', 'x'.repeat(201)])(
    'asks nothing about the identity %j, which no agent can have',
    async (identity) => {
      const { psa, server } = await connect(emptyPages)
      const refusal = { code: 'validation-failed' }
      await expect(psa.putAgent('t1', identity, draft)).rejects.toMatchObject(refusal)
      await expect(psa.getAgent('t1', identity)).rejects.toMatchObject(refusal)
      await expect(psa.listAgentTickets('t1', identity)).rejects.toMatchObject(refusal)
      expect(server.requests).toHaveLength(0)
    },
  )

  it.each(['', 'a,b', 'a\nb', '\ud800', 'x'.repeat(201)])('reads no list with the identity %j', async (identity) => {
    const { psa, server } = await connect(emptyPages)
    await expect(psa.getAgents('t1', ['u1', identity])).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: expect.arrayContaining([expect.objectContaining({ path: 'identities.1' })]) },
    })
    expect(server.requests).toHaveLength(0)
  })

  it('reads an agent, without members that it does not know, and believes only the one it asked for', async () => {
    const { psa } = await connect(json(200, { ...agent, team: 'blue' }))
    expect(await psa.getAgent('t1', 'u1')).toEqual(agent)
    await expect(psa.getAgent('t1', 'u2')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('says when there is no such agent', async () => {
    const { psa } = await connect(missing)
    expect(await psa.getAgent('t1', 'u9')).toBeUndefined()
    expect(await psa.listAgentTickets('t1', 'u9')).toBeUndefined()
  })

  it('reads any number of agents in pages, each once', async () => {
    const identities = Array.from({ length: 205 }, (_, n) => `u${n}`)
    const { psa, server } = await connect((response, request) => {
      const agents = idsOf(request.url).map((identity) => Object.assign({}, agent, { identity }))
      json(200, { agents })(response, request)
    })
    const agents = await psa.getAgents('t1', [...identities, ...identities])
    expect(agents.map(({ identity }) => identity)).toEqual(identities)
    expect(server.requests).toHaveLength(3)
    expect(await psa.getAgents('t1', [])).toEqual([])
    expect(server.requests).toHaveLength(3)
  })

  it.each(['é', '!'])('keeps the address of a read by long identities of %j short', async (letter) => {
    const identities = Array.from({ length: 100 }, (_, n) => letter.repeat(190) + String(n))
    const { psa, server } = await connect(emptyPages)
    await psa.getAgents('t1', identities)
    expect(Math.max(...server.requests.map(({ url }) => url?.length ?? 0))).toBeLessThan(8_000)
    expect(server.requests.flatMap(({ url }) => idsOf(url))).toEqual(identities)
  })

  it('asks for the page that the caller wants', async () => {
    const { psa, server } = await connect(emptyPages)
    expect(await psa.listAgents('t1')).toEqual({ agents: [] })
    await psa.listAgents('t1', { limit: 500, cursor: 'a&b' })
    await psa.listAgentTickets('t1', 'u1', { limit: 2, cursor: 'c' })
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/agents',
      '/v1/agents?limit=500&cursor=a%26b',
      '/v1/agents/u1/tickets?limit=2&cursor=c',
    ])
  })

  it.each([{ limit: 0 }, { limit: 501 }, { limit: 1.5 }, { cursor: '' }])('asks for no page %o', async (page) => {
    const { psa, server } = await connect(emptyPages)
    await expect(psa.listAgents('t1', page)).rejects.toMatchObject({ code: 'validation-failed' })
    await expect(psa.listAgentTickets('t1', 'u1', page)).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(0)
  })
})
