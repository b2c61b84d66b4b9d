import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningPsa, start as startPsa } from '../../../../shared/peers/psa/stand-in/stand-in.ts'
import { type PsaClient, createPsaClient } from '../../../../shared/peers/psa/client.ts'
import type { PsaPageRequest } from '../../../../shared/peers/psa/contract.ts'
import type { PsaAgentDraft } from '../../../../shared/peers/psa/agent-contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type PsaControl, psaControl } from '../../../support/psa-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
let running: RunningPsa
let psa: PsaClient

const connect = (baseUrl: string): PsaClient =>
  createPsaClient({ baseUrl, key: () => key, retries: { max: 3, initialDelayMs: 1, maxDelayMs: 2 } })

beforeAll(async () => {
  running = await startPsa({ port: 0, keys: [key] })
  psa = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const newTenant = (): { readonly tenantId: string; readonly control: PsaControl } => {
  const tenantId = randomUUID()
  return { tenantId, control: psaControl(running.url, tenantId) }
}

const draftOf = (sourceVersion: number, changes: Partial<PsaAgentDraft> = {}): PsaAgentDraft => ({
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Byron',
  role: 'technician',
  active: true,
  sourceVersion,
  ...changes,
})

/** A ticket that is assigned to somebody. */
const assign = async (tenantId: string, control: PsaControl, reference: string, identity: string): Promise<string> => {
  const { ticket } = await psa.createTicket(tenantId, {
    externalReference: reference,
    title: reference,
    description: '',
    priority: 'P3',
    board: 'service',
    companyId: null,
    source: 'the-one-code',
    links: [],
    relatedTicketIds: [],
  })
  await control.change(ticket.id, { assignee: { id: identity, name: 'Ada' } })
  return ticket.id
}

/** The items of all pages, each page as a list. */
const pagesOf = async <Item>(
  read: (
    page: PsaPageRequest,
  ) => Promise<{ readonly items: readonly Item[]; readonly nextCursor?: string | undefined }>,
): Promise<(readonly Item[])[]> => {
  const pages: (readonly Item[])[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await read({ limit: 2, cursor })
    pages.push(items)
    cursor = nextCursor
  } while (cursor !== undefined && pages.length < 20)
  return pages
}

const ask = (method: string, path: string, body?: unknown) =>
  fetch(running.url + path, {
    method,
    headers: { 'X-Integration-Key': key, 'X-Tenant-Id': randomUUID(), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

describe('agents of the PSA stand-in', () => {
  it('are created, changed by higher versions, and read', async () => {
    const { tenantId, control } = newTenant()
    const { outcome, agent } = await psa.putAgent(tenantId, 'u1', draftOf(1))
    expect(outcome).toBe('created')
    expect(agent).toEqual({ ...draftOf(1), identity: 'u1', updatedAt: expect.any(String) })
    expect(await psa.getAgent(tenantId, 'u1')).toEqual(agent)

    const changed = draftOf(4, { role: 'admin', active: false, email: 'ada@example.org' })
    expect(await psa.putAgent(tenantId, 'u1', changed)).toMatchObject({ outcome: 'current', agent: changed })
    expect(await psa.getAgent(tenantId, 'u1')).toMatchObject(changed)
    expect(await control.agents()).toMatchObject([{ ...changed, identity: 'u1', tenantId }])
  })

  it('do not change by a lower version', async () => {
    const { tenantId } = newTenant()
    const { agent } = await psa.putAgent(tenantId, 'u1', draftOf(3))
    const answer = await psa.putAgent(tenantId, 'u1', draftOf(2, { active: false, firstName: 'Eve' }))
    expect(answer).toEqual({ outcome: 'superseded', agent })
    expect(await psa.getAgent(tenantId, 'u1')).toEqual(agent)
  })

  it('change by an equal version that says something else, and not by its repetition', async () => {
    const { tenantId } = newTenant()
    await psa.putAgent(tenantId, 'u1', draftOf(3))
    const { agent } = await psa.putAgent(tenantId, 'u1', draftOf(3, { active: false }))
    expect(agent.active).toBe(false)
    expect(await psa.putAgent(tenantId, 'u1', draftOf(3, { active: false }))).toEqual({ outcome: 'current', agent })
  })

  it('end at the highest version, in whatever order 20 writers arrive', async () => {
    const { tenantId } = newTenant()
    const versions = Array.from({ length: 20 }, (_, n) => ((n * 7) % 20) + 1)
    const results = await Promise.all(
      versions.map((version) => psa.putAgent(tenantId, 'u1', draftOf(version, { lastName: `V${version}` }))),
    )
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(await psa.getAgent(tenantId, 'u1')).toMatchObject({ sourceVersion: 20, lastName: 'V20' })
  })

  it('are kept apart by tenant', async () => {
    const [one, other] = [newTenant().tenantId, newTenant().tenantId]
    await psa.putAgent(one, 'u1', draftOf(5))
    expect(await psa.getAgent(other, 'u1')).toBeUndefined()
    expect(await psa.getAgents(other, ['u1'])).toEqual([])
    expect(await psa.listAgents(other)).toEqual({ agents: [] })
    expect(await psa.putAgent(other, 'u1', draftOf(2))).toMatchObject({ outcome: 'created' })
    expect(await psa.getAgent(one, 'u1')).toMatchObject({ sourceVersion: 5 })
  })

  it('have any identity that Hub gives', async () => {
    const { tenantId } = newTenant()
    for (const identity of ['entra|7/../a?b#c%2F', 'tickets', '…', 'a b'])
      expect(await psa.putAgent(tenantId, identity, draftOf(1))).toMatchObject({
        outcome: 'created',
        agent: { identity },
      })
    expect(await psa.getAgents(tenantId, ['entra|7/../a?b#c%2F', 'none', '…'])).toHaveLength(2)
  })

  it('are listed in pages, inactive ones too, and nobody is shown twice or left out when one is added meanwhile', async () => {
    const { tenantId } = newTenant()
    for (const identity of ['c', 'a', 'e', 'b', 'd'])
      await psa.putAgent(tenantId, identity, draftOf(1, { active: identity !== 'b' }))
    let reads = 0
    const pages = await pagesOf(async (page) => {
      if ((reads += 1) === 2) await psa.putAgent(tenantId, 'aa', draftOf(1))
      const { agents, nextCursor } = await psa.listAgents(tenantId, page)
      return { items: agents.map(({ identity }) => identity), nextCursor }
    })
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('have no empty last page', async () => {
    const { tenantId } = newTenant()
    for (const identity of ['a', 'b']) await psa.putAgent(tenantId, identity, draftOf(1))
    const { agents, nextCursor } = await psa.listAgents(tenantId, { limit: 2 })
    expect(agents).toHaveLength(2)
    expect(nextCursor).toBeUndefined()
  })

  it('refuse a wrong key and fail as they are told to, and every request is counted', async () => {
    const { tenantId, control } = newTenant()
    const stranger = createPsaClient({ baseUrl: running.url, key: () => 'wrong' })
    await expect(stranger.putAgent(tenantId, 'u1', draftOf(1))).rejects.toMatchObject({ code: 'peer-unauthorized' })
    await control.setFaults({ kind: 'commit-then-status', operation: 'putAgent', times: 1 })
    expect(await psa.putAgent(tenantId, 'u1', draftOf(1))).toMatchObject({ outcome: 'current' })
    await psa.listAgents(tenantId)
    await psa.getAgents(tenantId, ['u1'])
    await psa.listAgentTickets(tenantId, 'u1')
    expect(await control.requests()).toEqual({ putAgent: 3, listAgents: 2, listAgentTickets: 1 })
  })

  it.each([
    ['PUT', '/v1/agents/u1', { ...draftOf(1), more: 1 }, 400],
    ['PUT', '/v1/agents/u1', draftOf(0), 400],
    ['PUT', '/v1/agents/u1', undefined, 400],
    ['PUT', '/v1/agents/a%2Cb', draftOf(1), 400],
    ['GET', `/v1/agents?ids=${Array(101).fill('a').join(',')}`, undefined, 400],
    ['GET', '/v1/agents?ids=a&limit=2', undefined, 400],
    ['GET', '/v1/agents?limit=0', undefined, 400],
    ['GET', '/v1/agents?limit=501', undefined, 400],
    ['GET', '/v1/agents?cursor=!', undefined, 400],
    ['GET', '/v1/agents/u1', undefined, 404],
    ['GET', '/v1/agents/u1/tickets', undefined, 404],
    ['DELETE', '/v1/agents/u1', undefined, 404],
  ])('answer %s %s with a problem document', async (method, path, body, status) => {
    const response = await ask(method, path, body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) })
  })
})

describe('tickets of an agent of the PSA stand-in', () => {
  it('are those assigned to the agent that are neither resolved nor closed', async () => {
    const { tenantId, control } = newTenant()
    await psa.putAgent(tenantId, 'u1', draftOf(1))
    const mine: string[] = []
    for (const status of ['new', 'open', 'in_progress', 'waiting', 'resolved', 'closed'] as const) {
      const id = await assign(tenantId, control, status, 'u1')
      await control.change(id, { status })
      mine.push(id)
    }
    await assign(tenantId, control, 'of another', 'u2')
    const handedOver = await assign(tenantId, control, 'handed over', 'u1')
    await control.change(handedOver, { assignee: null })
    const other = newTenant()
    await assign(other.tenantId, other.control, 'of another tenant', 'u1')

    const page = await psa.listAgentTickets(tenantId, 'u1')
    expect(page?.tickets.map(({ id }) => id)).toEqual(mine.slice(0, 4))
    expect(page?.tickets[0]).toEqual(await psa.getTicket(tenantId, mine[0] ?? ''))
    expect(page?.nextCursor).toBeUndefined()
  })

  it('stay assigned and visible when the agent is deactivated', async () => {
    const { tenantId, control } = newTenant()
    await psa.putAgent(tenantId, 'u1', draftOf(1))
    const id = await assign(tenantId, control, 'f1', 'u1')
    await psa.putAgent(tenantId, 'u1', draftOf(2, { active: false }))
    expect(await psa.listAgentTickets(tenantId, 'u1')).toMatchObject({ tickets: [{ id, assignee: { id: 'u1' } }] })
  })

  it('come in pages, from which a ticket that is closed meanwhile takes no other one away', async () => {
    const { tenantId, control } = newTenant()
    await psa.putAgent(tenantId, 'u1', draftOf(1))
    const ids: string[] = []
    for (const n of [1, 2, 3, 4, 5]) ids.push(await assign(tenantId, control, `f${n}`, 'u1'))
    let reads = 0
    const pages = await pagesOf(async (page) => {
      if ((reads += 1) === 2) await control.change(ids[1] ?? '', { status: 'closed' })
      const { tickets = [], nextCursor } = (await psa.listAgentTickets(tenantId, 'u1', page)) ?? {}
      return { items: tickets.map(({ id }) => id), nextCursor }
    })
    expect(pages).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)])
  })
})

describe('the memory and the page of the PSA stand-in', () => {
  it('forgets the agents of the tenant that is reset, and of no other', async () => {
    const [one, other] = [newTenant(), newTenant()]
    for (const { tenantId } of [one, other]) await psa.putAgent(tenantId, 'u1', draftOf(7))
    await fetch(`${running.url}/_control/reset?tenantId=${one.tenantId}`, { method: 'POST' })
    expect(await one.control.agents()).toEqual([])
    expect(await other.control.agents()).toHaveLength(1)
    expect(await psa.putAgent(one.tenantId, 'u1', draftOf(1))).toMatchObject({ outcome: 'created' })
  })

  it('has every agent that it answered after SIGKILL, at the version that it answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'psa-agents-'))
    const start = () => startStandInProcess('psa', { PSA_SERVICE_KEY: key }, folder)
    let child = await start()
    try {
      const first = connect(child.url)
      await first.putAgent('t1', 'u1', draftOf(1))
      await first.putAgent('t1', 'u1', draftOf(2, { active: false }))
      const { agent } = await first.putAgent('t2', 'u1', draftOf(9))
      // The second start reads what the first one summed up.
      for (let starts = 0; starts < 2; starts += 1) {
        await child.kill()
        child = await start()
      }
      const again = connect(child.url)
      expect(await again.getAgent('t2', 'u1')).toEqual(agent)
      expect(await again.putAgent('t1', 'u1', draftOf(1))).toMatchObject({
        outcome: 'superseded',
        agent: { active: false, sourceVersion: 2 },
      })
    } finally {
      await child.kill()
      rmSync(folder, { recursive: true })
    }
  })

  it('shows agents to a person, with every text escaped', async () => {
    const { tenantId } = newTenant()
    const evil = `<script>alert("'&")</script>`
    await psa.putAgent(tenantId, evil, draftOf(1, { firstName: evil, lastName: evil, active: false }))
    const html = await (await fetch(running.url)).text()
    expect(html).toContain('<h2>Agents</h2>')
    expect(html).toContain('&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;')
    expect(html).toContain('<td>inactive</td>')
    expect(html).not.toContain('<script')
  })
})
