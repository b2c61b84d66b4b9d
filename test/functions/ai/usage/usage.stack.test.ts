// What an organization sees of its AI usage, and what an operator sets as its limits.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { Limits, Usage } from '../../../../functions/ai/usage/contract.ts'
import { sweepAiCalls } from '../../../../functions/ai/usage/sweep.ts'
import { aiCallTable, aiTenantTable, bucketOfAiTenant } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { type AiAdmissions, createAiAdmissions } from '../../../../shared/ai/limits/admissions.ts'
import { figures } from '../../../../shared/ai/limits/figures.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { admittedOperator, operatorHeaders } from '../../../support/operators.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { runTimerUntil } from '../../../support/timer-run.ts'
import { booksOf, done, requestOf } from '../../../shared/ai/limits/ai-stage.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const today = () => new Date().toISOString().slice(0, 10)

let tenantId: string
let userId: string
let admin: Client
let member: Client
let admissions: AiAdmissions
beforeEach(async () => {
  tenantId = newTenantId()
  userId = `user-${randomUUID()}`
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai'] })
  admin = await signIn(urls, identity({ tenantId, product: 'ai', role: 'admin' }))
  member = await signIn(urls, identity({ tenantId, product: 'ai', role: 'member', userId }))
  admissions = createAiAdmissions({ store, now: () => new Date() })
})

const call = async (more: Parameters<typeof requestOf>[1]): Promise<void> => {
  const admission = await admissions.admit(requestOf(tenantId, more))
  await admission.settle(done)
}
const usage = async (client: Client, query = '') => {
  const response = await client.fetch(`/api/ai/usage${query}`)
  expect(response.status).toBe(200)
  return Usage.parse(await response.json())
}

describe('the usage of AI', () => {
  it('is that of the organization for admins, and everybody’s own for others', async () => {
    await call({ userId })
    await call({ userId })
    await call({ userId: 'user-other' })
    await call({ userId: undefined, feature: 'attack-narrative' })
    const sum = (feature: string, calls: number) => ({
      date: today(),
      feature,
      model: 'gpt-test',
      tier: 'ai-pro',
      calls,
      failed: 0,
      lost: 0,
      promptTokens: 10 * calls,
      completionTokens: 20 * calls,
      estimated: 0,
      cached: 0,
    })
    expect((await usage(admin)).usage).toEqual([sum('attack-narrative', 1), sum('ticket-suggest', 3)])
    expect((await usage(admin, '?userId=user-other')).usage).toEqual([
      { ...sum('ticket-suggest', 1), userId: 'user-other' },
    ])
    expect((await usage(admin, '?feature=attack-narrative')).usage).toEqual([sum('attack-narrative', 1)])
    expect((await usage(admin, '?from=2020-01-01&to=2020-02-01')).usage).toEqual([])
    expect((await usage(member)).usage).toEqual([{ ...sum('ticket-suggest', 2), userId }])
    await expectProblem(
      await member.fetch('/api/ai/usage?userId=user-other'),
      problemOf('forbidden', 'Only admins see what others of the organization use. Leave out userId.'),
    )
  })

  it('is shown page by page, and no sum is on two pages', async () => {
    await call({ userId, feature: 'a' })
    await call({ userId, feature: 'b' })
    await call({ userId, feature: 'c' })
    const first = await usage(admin, '?limit=2')
    const second = await usage(admin, `?limit=2&cursor=${encodeURIComponent(first.nextCursor ?? '')}`)
    expect([first, second].map((page) => page.usage.map(({ feature }) => feature))).toEqual([['a', 'b'], ['c']])
    expect(second.nextCursor).toBeUndefined()
  })

  it('is exported as CSV without formulas, and as JSON Lines', async () => {
    await call({ userId, feature: '=cmd()' })
    const csv = await (await admin.fetch('/api/ai/usage/export.csv')).text()
    expect(csv.split('\r\n')[0]).toBe(
      'date,userId,feature,model,tier,calls,failed,lost,promptTokens,completionTokens,audioSeconds,estimated,cached',
    )
    expect(csv.split('\r\n')[1]).toBe(`${today()},,'=cmd(),gpt-test,ai-pro,1,0,0,10,20,,0,0`)
    const lines = await (await member.fetch('/api/ai/usage/export.jsonl')).text()
    expect(JSON.parse(lines)).toMatchObject({ userId, feature: '=cmd()', calls: 1 })
  })

  it('is exported page by page over the days of the first one, whenever the next is asked for', async () => {
    await call({ userId, feature: 'a' })
    await call({ userId, feature: 'b' })
    const first = await admin.fetch('/api/ai/usage/export.jsonl?limit=1')
    const next = /^<(\?[^>]+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    const days = new URLSearchParams(next)
    expect((Date.parse(days.get('to') ?? '') - Date.parse(days.get('from') ?? '')) / 86_400_000).toBe(29)
    const second = await admin.fetch(`/api/ai/usage/export.jsonl${next}`)
    const pages = [await first.text(), await second.text()].map((text) => JSON.parse(text) as object)
    expect(pages).toMatchObject([{ feature: 'a' }, { feature: 'b' }])
  })

  it.each(['?from=2026-02-01&to=2026-01-01', '?from=2020-01-01', '?from=yesterday', '?userId='])(
    'is refused for %s',
    async (query) => {
      expect((await admin.fetch(`/api/ai/usage${query}`)).status).toBe(400)
    },
  )
})

describe('calls that a dead process left open', () => {
  it('are closed as lost by the timer, without a charge', async () => {
    const old = new Date(Date.now() - 3_600_000).toISOString()
    const owner = { tenantId, tier: 'ai-pro', leaseId: `lease-${randomUUID()}`, minute: 1 } as const
    const table = store.open(aiCallTable)
    await store.open(aiTenantTable).tenant.insert({ bucket: bucketOfAiTenant(tenantId), tenantId, usedAt: old })
    const spent = { requests: 5, usedRequests: 1, tokens: 500, usedTokens: 100, dayTokens: 500, usedDayTokens: 100 }
    await table.budget.insert({
      tenantId,
      tier: 'ai-pro',
      minute: 1,
      requests: 5,
      tokens: 500,
      dayTokens: 500,
      slots: 3,
    })
    await table.lease.insert({ ...owner, ...spent, slots: 2, touchedAt: old })
    const opened = { callId: randomUUID(), userId, feature: 'ticket-suggest', modelClass: 'fast', openedAt: old }
    await table.reservation.insert({ ...owner, ...opened, tokens: 100 })
    await runTimerUntil(
      urls.functions,
      'ai-usage-sweep-timer',
      async () => (await booksOf(store, tenantId)).calls.length > 0,
    )
    const books = await booksOf(store, tenantId)
    expect(books).toMatchObject({ open: [], leases: [] })
    expect(books.calls).toEqual([
      expect.objectContaining({
        ...opened,
        outcome: 'lost',
        promptTokens: 0,
        completionTokens: 0,
        reservedTokens: 100,
      }),
    ])
    const budget = await table.budget.get({ tenantId, tier: 'ai-pro' })
    expect(budget?.value).toMatchObject({ requests: 1, tokens: 100, dayTokens: 100, slots: 1 })
  })

  it('are looked for as long as one is open, and no longer in an organization that has called no model lately', async () => {
    const services = createServices(loadConfig(settings))
    const table = store.open(aiCallTable)
    const tenants = store.open(aiTenantTable).tenant
    const old = new Date(Date.now() - 3 * 3_600_000).toISOString()
    const bucket = bucketOfAiTenant(tenantId)
    await tenants.insert({ bucket, tenantId, usedAt: old })
    const lease = { tenantId, tier: 'ai-pro', leaseId: `lease-${randomUUID()}`, minute: 1 } as const
    const opened = { callId: randomUUID(), userId, feature: 'ticket-suggest', modelClass: 'fast', openedAt: old }
    await table.reservation.insert({ ...lease, ...opened, tokens: 100 })
    const spent = { requests: 1, usedRequests: 1, tokens: 100, usedTokens: 100, dayTokens: 100, usedDayTokens: 100 }
    await table.lease.insert({ ...lease, ...spent, slots: 1, touchedAt: new Date().toISOString() })
    const { signal } = new AbortController()
    await sweepAiCalls(services, signal)
    expect(await tenants.get({ bucket, tenantId })).toBeDefined()
    await table.lease.delete(lease)
    await sweepAiCalls(services, signal)
    expect((await booksOf(store, tenantId)).calls).toMatchObject([{ outcome: 'lost' }])
    expect(await tenants.get({ bucket, tenantId })).toBeUndefined()
    await services.close()
  })
})

describe('the limits of an organization', () => {
  const path = () => `/api/ai/governance/platform/tenants/${tenantId}/ai-limits/ai-pro`

  it('are those of the tier until an operator sets others, and again when these are taken away', async () => {
    const operator = await admittedOperator({ directory: urls.operators, store }, tenantId, ['Operator.Billing'])
    const client = newClient(urls, { authorization: operator.authorization })
    const read = async () => Limits.parse(await (await client.fetch(path())).json())
    expect(await read()).toEqual({ tier: 'ai-pro', limits: figures['ai-pro'], isOverridden: false })
    expect((await client.send('PUT', path(), { requestsPerMinute: 1, concurrency: 2 })).status).toBe(200)
    expect(await read()).toEqual({
      tier: 'ai-pro',
      limits: { ...figures['ai-pro'], requestsPerMinute: 1, concurrency: 2 },
      isOverridden: true,
    })
    const other = createAiAdmissions({ store, now: () => new Date() })
    const tries = await Promise.allSettled([other.admit(requestOf(tenantId)), other.admit(requestOf(tenantId))])
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await client.fetch(path(), { method: 'DELETE' })).status).toBe(204)
    expect((await read()).isOverridden).toBe(false)
    expect((await client.send('PUT', path(), { requestsPerMinute: -1 })).status).toBe(400)
  })

  it('are set by operators who have an access to the organization alone', async () => {
    const stranger = newClient(urls, await operatorHeaders(urls.operators, ['Operator.Billing']))
    expect((await stranger.send('PUT', path(), { requestsPerMinute: 1 })).status).toBe(403)
    expect((await admin.send('PUT', path(), { requestsPerMinute: 1 })).status).toBe(401)
  })
})
