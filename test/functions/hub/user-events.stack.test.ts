// Changes of users in Hub, as they arrive over the bus: PSA agents follow, sessions end, and Defend hears of it.
import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import type { Fault } from '../../../local/stand-ins/faults.ts'
import { createIntegrationKey } from '../../../shared/auth/integration-key.ts'
import { createStore } from '../../../shared/store/store.ts'
import { identity, newClient, newTenantId, signIn } from '../../support/browser-client.ts'
import { eventOf, publish } from '../../support/bus-events.ts'
import { defendControl } from '../../support/defend-control.ts'
import { eventually } from '../../support/eventually.ts'
import { vulnerability } from '../../support/findings.ts'
import { hubControl } from '../../support/hub-control.ts'
import { psaControl } from '../../support/psa-control.ts'
import { startTicketing } from '../../support/ticketing.ts'
import { runTimerUntil } from '../../support/timer-run.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

const newOrganization = async () => {
  const tenantId = newTenantId()
  const hub = hubControl(urls.hub, tenantId)
  await hub.putOrganization({ products: ['hub', 'psa', 'code', 'ai', 'defend'] })
  const psa = psaControl(urls.psa, tenantId)
  const defend = defendControl(urls.defend, tenantId)
  const agent = async (userId: string) => (await psa.agents()).find(({ identity: id }) => id === userId)
  const agentEventually = (userId: string, expected: object) =>
    eventually(
      () => agent(userId),
      (seen) => Object.entries(expected).every(([field, value]) => Reflect.get(seen ?? {}, field) === value),
      20_000,
    )
  return { tenantId, hub, psa, defend, agent, agentEventually }
}

const newUserId = (): string => `user-${randomUUID()}`

/** A version that is current at Hub, told by an event of a moment ago. */
const changeEvent = (
  tenantId: string,
  userId: string,
  version: number,
  given: { readonly time?: string; readonly id?: string } = {},
) =>
  eventOf({
    type: 'hub.iam.permission_changed',
    tenantId,
    ...given,
    data: {
      actor: { type: 'user', id: 'somebody' },
      user_id: userId,
      outcome: 'success',
      user_version: version,
      before: { status: 'active', org_role: 'viewer', products: ['psa'] },
      after: { status: 'active', org_role: 'admin', products: ['psa'] },
    },
  })

// Most of them wait: for caches to age, for retries, for events. Each has an organization of its own.
describe.concurrent('a PSA agent', () => {
  it.each([
    ['owner', 'admin'],
    ['admin', 'admin'],
    ['member', 'technician'],
    ['viewer', 'viewer'],
  ] as const)('comes with a new user; %s becomes %s', async (orgRole, role) => {
    const { hub, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { orgRole, firstName: 'Ada', lastName: 'Byron', email: 'ada@example.com' })
    await agentEventually(userId, { role, active: true, firstName: 'Ada', lastName: 'Byron', email: 'ada@example.com' })
  })

  it('follows role, access and status, and comes back with the access', async () => {
    const { hub, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { orgRole: 'member', products: ['psa', 'code'] })
    await agentEventually(userId, { role: 'technician', active: true })
    await hub.changeUser(userId, { orgRole: 'admin' })
    await agentEventually(userId, { role: 'admin', active: true })
    await hub.changeUser(userId, { products: ['code'] })
    await agentEventually(userId, { active: false })
    await hub.changeUser(userId, { products: ['code', 'psa'] })
    await agentEventually(userId, { active: true })
    await hub.changeUser(userId, { status: 'deactivated' })
    await agentEventually(userId, { active: false, role: 'admin' })
  })

  it('is not made for somebody without PSA', async () => {
    const { hub, agent, defend } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { products: ['code'] })
    // Defend hears of the same event: by then PSA would have as well.
    await eventually(defend.auditEvents, (events) => events.some((event) => event.userId === userId), 20_000)
    expect(await agent(userId)).toBeUndefined()
  })

  it('is what Hub says now, whatever a late, repeated or outdated event told', async () => {
    const { tenantId, hub, psa, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { orgRole: 'viewer' }, { publish: false })
    await hub.changeUser(userId, { orgRole: 'admin' }, { publish: false })
    await hub.changeUser(userId, { orgRole: 'member' }, { publish: false })
    const events = [3, 1, 2, 3, 1].map((version) => changeEvent(tenantId, userId, version))
    await Promise.all([...events, ...events].map((event) => publish(urls.bus, 'hub', event)))
    await agentEventually(userId, { role: 'technician', active: true, sourceVersion: 3 })
    expect(await psa.agents()).toHaveLength(1)
  })

  it('waits for Hub to show the version that an event spoke of', async () => {
    const { tenantId, hub, agent, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { orgRole: 'viewer' }, { publish: false })
    await publish(urls.bus, 'hub', changeEvent(tenantId, userId, 2))
    await eventually(hub.requests, ({ getUser = 0 }) => getUser >= 1, 20_000)
    expect(await agent(userId)).toBeUndefined()
    await hub.changeUser(userId, { orgRole: 'admin' }, { publish: false })
    await agentEventually(userId, { role: 'admin', sourceVersion: 2 })
  })

  it.each<[string, readonly Fault[]]>([
    ['is down', [{ kind: 'status', operation: 'putAgent', status: 503, times: 5 }]],
    ['makes the agent and does not say so', [{ kind: 'commit-then-status', operation: 'putAgent', times: 2 }]],
  ])('comes in the end when PSA %s', async (_, faults) => {
    const { hub, psa, agentEventually } = await newOrganization()
    await psa.setFaults(...faults)
    const userId = newUserId()
    await hub.putUser(userId)
    await agentEventually(userId, { active: true })
    expect(await psa.agents()).toHaveLength(1)
  })
})

describe.concurrent('the nightly repair', () => {
  it('makes, changes and deactivates the agents of whom no event told us', async () => {
    const { tenantId, hub, agentEventually, agent } = await newOrganization()
    const [missed, demoted, leaver] = [newUserId(), newUserId(), newUserId()]
    await hub.putUser(demoted, { orgRole: 'admin' })
    await hub.putUser(leaver)
    await agentEventually(demoted, { role: 'admin' })
    await agentEventually(leaver, { active: true })
    const stillSignedIn = await signIn(urls, identity({ tenantId, userId: demoted }))
    await hub.putUser(missed, {}, { publish: false })
    await hub.changeUser(demoted, { orgRole: 'viewer' }, { publish: false })
    await hub.changeUser(leaver, { status: 'deactivated' }, { publish: false })
    await runTimerUntil(urls.functions, 'hub-psa-agent-repair-timer', async () =>
      [
        (await agent(missed))?.active === true,
        (await agent(demoted))?.role === 'viewer',
        (await agent(leaver))?.active === false,
      ].every(Boolean),
    )
    // The event that was missed would have ended the sessions.
    await eventually(
      async () => (await stillSignedIn.fetch('/api/code/session')).status,
      (status) => status === 401,
      10_000,
    )
  })

  it('deactivates the agent of somebody whom Hub no longer knows', async () => {
    const { hub, agent, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId)
    await agentEventually(userId, { active: true })
    await hub.reset()
    await hub.putOrganization({ products: ['hub', 'psa'] })
    await runTimerUntil(
      urls.functions,
      'hub-psa-agent-repair-timer',
      async () => (await agent(userId))?.active === false,
    )
  })

  it('deactivates the agents and ends the sessions of a suspended organization', async () => {
    const { tenantId, hub, agent, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId)
    await agentEventually(userId, { active: true })
    const somebody = await signIn(urls, identity({ tenantId }))
    await hub.putOrganization({ status: 'suspended' })
    await runTimerUntil(
      urls.functions,
      'hub-psa-agent-repair-timer',
      async () => (await agent(userId))?.active === false,
    )
    await eventually(
      async () => (await somebody.fetch('/api/code/session')).status,
      (status) => status === 401,
      10_000,
    )
  })
})

describe.concurrent('open tickets of somebody who left', () => {
  it('are listed for reassignment until they are given to others or closed', async () => {
    const { tenantId, hub, psa, agentEventually } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { firstName: 'Lee', lastName: 'Vera' })
    await agentEventually(userId, { active: true })
    const technician = await startTicketing({ urls, settings }, { tenantId })
    await technician.file(vulnerability())
    await technician.file(vulnerability())
    const [first, second] = await psa.tickets()
    const assignee = { id: userId, name: 'Lee Vera' }
    for (const ticket of [first, second]) await psa.change(ticket?.id ?? '', { assignee })
    const key = await createIntegrationKey(store, {
      environment: 'test',
      tenantId,
      integration: 'psa→hub',
      scopes: ['hub:agents:read'],
      now: new Date(),
    })
    const client = newClient(urls, { 'x-integration-key': key })
    const listed = async () => {
      const response = await client.fetch('/api/hub/psa-agents/reassignments')
      expect(response.status).toBe(200)
      return (await response.json()) as { agents: { userId: string; openTickets: { id: string }[] }[] }
    }
    expect(await listed()).toEqual({ agents: [] })
    await hub.changeUser(userId, { status: 'deactivated' })
    const seen = await eventually(listed, ({ agents }) => agents.length === 1, 20_000)
    expect(seen.agents).toMatchObject([
      {
        userId,
        firstName: 'Lee',
        lastName: 'Vera',
        hasMoreTickets: false,
        openTickets: [{ id: first?.id }, { id: second?.id }],
      },
    ])
    await psa.change(first?.id ?? '', { status: 'closed' })
    await psa.change(second?.id ?? '', { assignee: null })
    expect(await listed()).toEqual({ agents: [] })
  })
})

describe.concurrent('sessions', () => {
  const productsOfUser = ['code', 'ai', 'psa'] as const

  it.each<[string, Parameters<ReturnType<typeof hubControl>['changeUser']>[1], { code: number; ai: number }]>([
    ['a role', { orgRole: 'admin' }, { code: 401, ai: 401 }],
    ['a deactivation', { status: 'deactivated' }, { code: 401, ai: 401 }],
    ['the loss of Code, those of Code alone', { products: ['ai', 'psa'] }, { code: 401, ai: 200 }],
    ['the loss of the AI Platform, those of it alone', { products: ['code', 'psa'] }, { code: 200, ai: 401 }],
    ['the loss of another product, not at all', { products: ['code', 'ai'] }, { code: 200, ai: 200 }],
    ['the grant of another product, not at all', { products: [...productsOfUser, 'rmm'] }, { code: 200, ai: 200 }],
  ])('end within seconds of %s', async (_, change, expected) => {
    const { tenantId, hub, defend } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { orgRole: 'member', products: [...productsOfUser] }, { publish: false })
    const other = await signIn(urls, identity({ tenantId }))
    const [code, ai] = await Promise.all(
      (['code', 'ai'] as const).map((product) => signIn(urls, identity({ tenantId, userId, product }))),
    )
    const seen = async () => ({
      code: (await code?.fetch('/api/code/session'))?.status,
      ai: (await ai?.fetch('/api/ai/session'))?.status,
    })
    expect(await seen()).toEqual({ code: 200, ai: 200 })
    await hub.changeUser(userId, change)
    await eventually(defend.auditEvents, (events) => events.length >= 1, 20_000)
    // By then every event has been read, and what was known before it is out of date.
    await new Promise((resolve) => setTimeout(resolve, 5_500))
    expect(await seen()).toEqual(expected)
    expect((await other.fetch('/api/code/session')).status).toBe(200)
  })

  it('can be opened again in the very second of a change, and stay', async () => {
    const { tenantId, hub } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, { orgRole: 'member' }, { publish: false })
    let before = await signIn(urls, identity({ tenantId, userId, role: 'member' }))
    for (const role of ['admin', 'viewer', 'member'] as const) {
      // Of two changes within one second a token does not tell which came before it.
      await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)))
      await hub.changeUser(userId, { orgRole: role })
      const after = await signIn(urls, identity({ tenantId, userId, role }))
      await eventually(
        async () => (await before.fetch('/api/code/session')).status,
        (status) => status === 401,
        10_000,
      )
      expect((await after.fetch('/api/code/session')).status).toBe(200)
      before = after
    }
  })

  it('opened after the change stay, when its event comes late or again', async () => {
    const { tenantId, hub, defend } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, {}, { publish: false })
    const client = await signIn(urls, identity({ tenantId, userId }))
    const changed = changeEvent(tenantId, userId, 1, { time: new Date(Date.now() - 60_000).toISOString() })
    await publish(urls.bus, 'hub', changed)
    await eventually(defend.auditEvents, (events) => events.length === 1, 20_000)
    expect((await client.fetch('/api/code/session')).status).toBe(200)
  })

  it('can be opened again at once when the clock of the event ran ahead', async () => {
    const { tenantId, hub } = await newOrganization()
    const userId = newUserId()
    await hub.putUser(userId, {}, { publish: false })
    const client = await signIn(urls, identity({ tenantId, userId }))
    await publish(
      urls.bus,
      'hub',
      changeEvent(tenantId, userId, 1, { time: new Date(Date.now() + 86_400_000).toISOString() }),
    )
    await eventually(
      async () => (await client.fetch('/api/code/session')).status,
      (status) => status === 401,
      10_000,
    )
    const again = await eventually(
      () => signIn(urls, identity({ tenantId, userId })).catch(() => undefined),
      (seen) => seen !== undefined,
      10_000,
    )
    expect((await again?.fetch('/api/code/session'))?.status).toBe(200)
  })
})

describe.concurrent('Defend', () => {
  it('hears of all seven events, failed logins and risen rights as such', async () => {
    const { tenantId, defend } = await newOrganization()
    const actor = { type: 'user', id: 'user-actor' } as const
    const login = { actor, user_id: 'user-1', address: '203.0.113.7', user_agent: 'Firefox', method: 'entra' } as const
    const state = (org_role: 'viewer' | 'member' | 'admin', products: ('psa' | 'code')[] = ['code']) =>
      ({ status: 'active', org_role, products }) as const
    const change = { actor, user_id: 'user-1', outcome: 'success', user_version: 2 } as const
    const events = [
      eventOf({
        type: 'hub.auth.login_success',
        tenantId,
        data: { ...login, outcome: 'success', country: 'DE', device_id: 'device-1' },
      }),
      eventOf({
        type: 'hub.auth.login_failed',
        tenantId,
        data: { ...login, user_id: null, outcome: 'failure', reason: 'unknown_user' },
      }),
      eventOf({
        type: 'hub.iam.user_created',
        tenantId,
        data: { ...change, before: null, after: { ...state('member'), products: ['code'] } },
      }),
      eventOf({
        type: 'hub.iam.user_deactivated',
        tenantId,
        data: {
          ...change,
          before: { ...state('member'), products: ['code'] },
          after: { status: 'deactivated', org_role: 'member', products: ['code'] },
        },
      }),
      eventOf({
        type: 'hub.iam.permission_changed',
        tenantId,
        data: {
          ...change,
          before: { ...state('member'), products: ['code'] },
          after: { ...state('admin'), products: ['code'] },
        },
      }),
      eventOf({
        type: 'hub.iam.access_granted',
        tenantId,
        data: {
          ...change,
          product: 'psa',
          before: { ...state('member'), products: ['code'] },
          after: { ...state('member'), products: ['code', 'psa'] },
        },
      }),
      eventOf({
        type: 'hub.iam.access_revoked',
        tenantId,
        data: {
          ...change,
          product: 'psa',
          before: { ...state('member'), products: ['code', 'psa'] },
          after: { ...state('member'), products: ['code'] },
        },
      }),
    ]
    const hub = hubControl(urls.hub, tenantId)
    await hub.putUser('user-1', {}, { publish: false })
    await hub.changeUser('user-1', { lastName: 'Two' }, { publish: false })
    for (const event of [...events, ...events]) await publish(urls.bus, 'hub', event)
    const seen = await eventually(defend.auditEvents, (all) => all.length >= 7, 20_000)
    const byType = Object.fromEntries(seen.map((event) => [event.type, event]))
    expect(seen).toHaveLength(7)
    expect(byType).toMatchObject({
      'hub.auth.login_success': {
        classification: 'login',
        review: false,
        userId: 'user-1',
        actor,
        address: '203.0.113.7',
        userAgent: 'Firefox',
        outcome: 'success',
        details: { method: 'entra', country: 'DE', device: 'device-1' },
      },
      'hub.auth.login_failed': {
        classification: 'failed_login',
        review: false,
        userId: null,
        outcome: 'failure',
        details: { reason: 'unknown_user' },
      },
      'hub.iam.user_created': { classification: 'user_lifecycle', review: false },
      'hub.iam.user_deactivated': { classification: 'user_lifecycle', details: { 'status after': 'deactivated' } },
      'hub.iam.permission_changed': {
        classification: 'permission_escalation',
        review: true,
        details: { 'role before': 'member', 'role after': 'admin' },
      },
      'hub.iam.access_granted': { classification: 'access_change', details: { product: 'psa' } },
      'hub.iam.access_revoked': { classification: 'access_change', details: { product: 'psa' } },
    })
  })
})
