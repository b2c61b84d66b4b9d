// Words that a later version of a peer says, as they reach what this suite does: nothing is opened again, granted or billed by them.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { detectionOf } from '../../functions/ai/security-tickets/detection.ts'
import { fileDetection } from '../../functions/ai/security-tickets/filing.ts'
import { repairTenant } from '../../functions/hub/psa-agents/agent-repair.ts'
import { fileFindings } from '../../functions/code/tickets/filing.ts'
import { Finding } from '../../functions/code/tickets/finding.ts'
import { openOpportunity } from '../../functions/code/opportunities/opening.ts'
import { reportDay } from '../../functions/code/billing/day-report.ts'
import { usageTable } from '../../functions/code/billing/usage-table.ts'
import { type Event, readEvent } from '../../shared/bus/event.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { createCrmClient } from '../../shared/peers/crm/client.ts'
import { createHubClient } from '../../shared/peers/hub/client.ts'
import { createPsaClient } from '../../shared/peers/psa/client.ts'
import { createServices } from '../../shared/services.ts'
import { createStore } from '../../shared/store/store.ts'
import { createTenantStandings } from '../../shared/tenants/tenant-standing.ts'
import { type PeerServer, type Reply, json, startPeerServer } from '../support/peer-server.ts'
import { detection, detectionEvent } from '../support/detections.ts'
import { vulnerability } from '../support/findings.ts'
import { migration } from './code/opportunities/crm-sales.ts'

const { settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

/** Answers by method and path; what nobody expects fails. */
let replies: Record<string, (body: Record<string, unknown>) => object>
const byPath: Reply = (response, request) => {
  const key = `${request.method} ${URL.parse(request.url ?? '', 'http://peer')?.pathname}`
  const reply = Object.entries(replies).find(([start]) => key.startsWith(start))?.[1]
  if (!reply) return json(500, { title: key })(response, request)
  const { status = 200, ...body } = reply(JSON.parse(request.body || '{}') as Record<string, unknown>) as {
    status?: number
  }
  return json(status, 'body' in body ? body.body : body)(response, request)
}

let peer: PeerServer
beforeAll(async () => {
  peer = await startPeerServer(byPath)
})
afterAll(() => peer.close())

let tenantId: string
beforeEach(() => {
  tenantId = `org-${randomUUID()}`
  peer.requests.length = 0
})
const connection = () => ({ baseUrl: peer.baseUrl, key: () => 'k', retries: { max: 0 } })
const asked = (start: string): readonly Record<string, unknown>[] =>
  peer.requests
    .filter(({ method, url }) => `${method} ${url}`.startsWith(start))
    .map(({ body }) => JSON.parse(body || '{}') as Record<string, unknown>)

const problem = (status: number) => ({ status, body: { title: 'No', status } })

describe('a ticket in a status and of a priority that PSA has had since', () => {
  const ticket = {
    id: 'T1',
    externalReference: 'r',
    title: 'A title',
    status: 'escalated',
    priority: 'P0',
    closedAt: '2026-03-01T09:00:00Z',
    url: 'https://psa.example/tickets/T1',
  }
  beforeEach(() => {
    let made: object | undefined
    replies = {
      'GET /v1/tickets/': () => ({ body: { ...made } }),
      'GET /v1/tickets': () => ({ body: { tickets: made ? [made] : [] } }),
      'POST /v1/tickets/T1/notes': (note) => ({ status: 201, body: note }),
      'POST /v1/tickets/T1/priority': () => ({ body: { ...made } }),
      'POST /v1/tickets': ({ externalReference }) => {
        made = { ...ticket, externalReference }
        return { status: 201, body: made }
      },
    }
  })

  it('gets the note of a further detection, and is not opened again', async () => {
    const psa = createPsaClient(connection())
    const work = { store, psa, now: () => new Date(), tenantId, signal: AbortSignal.timeout(20_000) }
    const [first, second] = [detection(), detection()]
    const read = (data: typeof first) =>
      detectionOf(
        readEvent(detectionEvent(tenantId, data), {
          sentBy: 'defend',
          receivedAt: new Date(),
        }) as Event<'defend.detection.created'>,
      )
    await fileDetection(work, read(first))
    await fileDetection(work, read({ ...second, cause: first.cause, client_id: first.client_id }))
    expect(asked('POST /v1/tickets/T1/notes')).toHaveLength(1)
    expect(asked('POST /v1/tickets/T1/reopen')).toEqual([])
    expect(peer.requests.filter(({ url, method }) => method === 'POST' && url === '/v1/tickets')).toHaveLength(1)
  })

  it('gets the note of a finding that is seen again, is not opened again, and PSA says whether it is urgent enough', async () => {
    const filing = { store, psa: createPsaClient(connection()), now: () => new Date(), tenantId, filedBy: 'key:1' }
    const given = Finding.parse(vulnerability({ severity: 'low', detectedAt: '2026-03-01T08:00:00.000Z' }))
    const path = () => 'body'
    await fileFindings(filing, [given], path)
    const later = { ...given, severity: 'critical', detectedAt: '2026-03-02T08:00:00.000Z' } as const
    const [filed] = await fileFindings(filing, [later], path)
    expect(filed).toMatchObject({ outcome: 'noted', ticket: { made: { status: 'unknown' } } })
    expect(filed).not.toHaveProperty('priorityRaisedTo')
    expect(asked('POST /v1/tickets/T1/notes')).toHaveLength(1)
    expect(asked('POST /v1/tickets/T1/reopen')).toEqual([])
    expect(asked('POST /v1/tickets/T1/priority')).toMatchObject([{ priority: 'P1' }])
  })
})

describe('an opportunity in a stage that CRM has had since', () => {
  it('is linked as one of an unknown stage, neither won nor lost, and is no second one when it is asked for again', async () => {
    const made = { id: 'o1', stage: 'renegotiating', url: 'https://crm.example/opportunities/o1' }
    const crm = async () => createCrmClient(connection())
    const opening = { store, crm, crmForReading: crm, now: () => new Date(), tenantId, openedBy: 'user:u' }
    const finding = migration()
    replies = {
      'GET /v1/opportunities': () => ({
        body: { opportunities: asked('POST /v1/opportunities').length > 0 ? [made] : [] },
      }),
      'POST /v1/opportunities': ({ externalReference }) => ({ status: 201, body: { ...made, externalReference } }),
    }
    const first = await openOpportunity(opening, finding)
    expect(first).toMatchObject({ created: true, opportunity: { state: 'made', made: { stage: 'unknown' } } })
    const again = await openOpportunity(opening, finding)
    expect(again).toMatchObject({
      created: false,
      live: true,
      opportunity: { state: 'made', made: { stage: 'unknown' } },
    })
    expect(asked('POST /v1/opportunities')).toHaveLength(1)
  })
})

describe('users and organizations of Hub', () => {
  const user = (id: string, given: object = {}) => ({
    id,
    email: `${id}@acme.example`,
    firstName: 'Ann',
    lastName: 'Lee',
    status: 'active',
    orgRole: 'member',
    products: ['psa'],
    version: 3,
    ...given,
  })

  it('keep nobody else from an agent when PSA cannot take one of them, and get none in a role that is not known', async () => {
    const users = [user('u1', { email: 'no address' }), user('u2', { orgRole: 'warden' }), user('u3'), user('u4')]
    replies = {
      'GET /v1/organizations/': () => ({ body: { users } }),
      'GET /v1/agents': () => ({ body: { agents: [] } }),
      'PUT /v1/agents/u3': () => problem(422),
      'PUT /v1/agents/': (draft) => ({ status: 201, body: { ...draft, identity: 'u4' } }),
    }
    const services = createServices(loadConfig({ ...settings, HUB_API_URL: peer.baseUrl, PSA_API_URL: peer.baseUrl }))
    const tools = {
      hub: createHubClient(connection()),
      psa: createPsaClient(connection()),
      store,
      now: () => new Date(),
    }
    const organization = { id: tenantId, status: 'active', products: ['psa'] } as const
    const repair = repairTenant(
      services,
      tools,
      { ...organization, products: [...organization.products] },
      AbortSignal.timeout(20_000),
    )
    await expect(repair).rejects.toMatchObject({ code: 'validation-failed' })
    expect(asked('PUT /v1/agents/u2')).toEqual([])
    expect(asked('PUT /v1/agents/u3')).toHaveLength(1)
    expect(asked('PUT /v1/agents/u4')).toMatchObject([{ active: true, role: 'technician' }])
  })

  it.each([
    ['active', undefined],
    ['paused', 'unauthenticated'],
  ])('let nobody in when the organization is %s, unless that is active', async (status, code) => {
    replies = { 'GET /v1/organizations/': () => ({ body: { id: tenantId, status, products: ['psa'] } }) }
    const standings = createTenantStandings({
      store,
      hub: async () => createHubClient(connection()),
      now: () => new Date(),
    })
    const required = standings.requireActive(tenantId, new Date().toISOString())
    if (code) await expect(required).rejects.toMatchObject({ code })
    else await required
  })
})

describe('usage that Hub answers in other words', () => {
  const date = '2026-02-28'
  const answerWith = async (reply: object) => {
    replies = {
      'PUT /v1/billing/usage/': () => reply,
      'PUT /v1/billing/adjustments/': (draft) => ({ status: 201, body: draft }),
    }
    await store
      .open(usageTable)
      .day.insert({ tenantId, date, quantity: 7, adjusted: 0, countedAt: '2026-02-28T00:05:00.000Z', state: 'counted' })
    return reportDay({ store, hub: async () => createHubClient(connection()), now: () => new Date() }, tenantId, date)
  }

  it.each([
    ['no adjustments', { date, quantity: 9 }, 'usage.adjustments'],
    [
      'an adjustment of no number',
      { date, quantity: 9, adjustments: [{ id: 'a', reason: 'x' }] },
      'usage.adjustments[0].delta',
    ],
    ['no quantity', { date, adjustments: [] }, 'usage.quantity'],
  ])('is not corrected by a guess where a difference has %s', async (_, usage, path) => {
    await expect(answerWith({ status: 409, body: { title: 'Differs', status: 409, usage } })).rejects.toMatchObject({
      code: 'peer-invalid-response',
      message: expect.stringContaining(`at ${path}. `) as string,
    })
    expect(asked('PUT /v1/billing/adjustments/')).toEqual([])
    expect((await store.open(usageTable).day.get({ tenantId, date }))?.value.state).toBe('counted')
  })

  it('is reported once it is recorded, whatever else Hub says or leaves out', async () => {
    expect(await answerWith({ status: 201, body: { date, quantity: 7, standing: 'provisional' } })).toBe(true)
  })
})
