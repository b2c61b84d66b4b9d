import { afterEach, aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { decideAdjustment } from '../../../../functions/code/billing/adjustment.ts'
import { sourceTenantBuckets, sourceTenantTable } from '../../../../functions/code/sources/source-tenants.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type BilledTenant, type Billing, startBilling } from './billed-tenant.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let billing: Billing
let tenant: BilledTenant
beforeAll(async () => {
  billing = await startBilling(inject('stack').settings)
  return billing.close
})
afterEach(() => billing.forgetTenants())
/** Three days are reported, of 3, 4 and 2 repositories. */
const reportThreeDays = async (): Promise<void> => {
  tenant = await billing.tenant()
  billing.setTime('2026-03-01T12:00:00.000Z')
  await tenant.connect('org-1')
  await tenant.connect('org-2')
  await tenant.find('org-1', ['a', 'b'])
  await tenant.find('org-2', ['c'])
  await tenant.find('org-2', ['d'], true)
  billing.setTime('2026-03-02T12:00:00.000Z')
  await tenant.find('org-2', ['d'], false)
  billing.setTime('2026-03-03T12:00:00.000Z')
  await tenant.disconnect('org-2')
  billing.setTime('2026-03-04T01:15:00.000Z')
  await billing.report()
}
/** 2026-03-03 is reported, of 4 repositories. */
const reportOneDay = async (): Promise<void> => {
  tenant = await billing.tenant()
  billing.setTime('2026-03-02T12:00:00.000Z')
  await tenant.connect('org-1')
  await tenant.find('org-1', ['a', 'b', 'c', 'd'])
  billing.setTime('2026-03-03T01:15:00.000Z')
  await billing.report()
}

const correction = { adjustmentId: 'c-1', date: '2026-03-03', delta: -1, reason: 'One was a copy' }
const adjustments = 'code/billing/adjustments'
const operated = ({ tenantId } = tenant) => `code/billing/platform/tenants/${tenantId}/adjustments`
const decisions = () => `code/billing/platform/tenants/${tenant.tenantId}/adjustment-decisions`
/** By an operator. */
const adjust = (body: object) => tenant.operate('POST', operated(), body)
const decide = (adjustmentId: string, decision: 'approve' | 'decline') =>
  tenant.operate('POST', decisions(), { adjustmentId, decision })

describe('what was reported', () => {
  beforeAll(() => runWithLogSink(() => {}, reportThreeDays))
  it('is listed by days, from one to another, in pages', async () => {
    const all = await tenant.ask('GET', 'code/billing/usage')
    expect(all).toMatchObject([
      200,
      {
        days: [
          { date: '2026-03-02', quantity: 3, state: 'reported', adjustments: [] },
          { date: '2026-03-03', quantity: 4, state: 'reported' },
          { date: '2026-03-04', quantity: 2, reportedAt: '2026-03-04T01:15:00.000Z' },
        ],
      },
    ])
    const datesOf = (body: unknown) => (body as { days: { date: string }[] }).days.map(({ date }) => date)
    const [, some] = await tenant.ask('GET', 'code/billing/usage?from=2026-03-03&to=2026-03-03')
    expect(datesOf(some)).toEqual(['2026-03-03'])
    const [, first] = await tenant.ask('GET', 'code/billing/usage?limit=2')
    const { nextCursor = '' } = first as { nextCursor?: string }
    const [, rest] = await tenant.ask('GET', `code/billing/usage?limit=2&cursor=${encodeURIComponent(nextCursor)}`)
    expect([datesOf(first), datesOf(rest)]).toEqual([['2026-03-02', '2026-03-03'], ['2026-03-04']])
    expect(rest).not.toHaveProperty('nextCursor')
  })

  it('is nothing to another tenant, nor to a member', async () => {
    const other = await billing.tenant()
    expect(await other.ask('GET', 'code/billing/usage')).toEqual([200, { days: [] }])
    expect((await other.ask('GET', 'code/billing/usage/2026-03-02/repositories'))[0]).toBe(404)
    expect((await other.ask('POST', adjustments, correction))[0]).toBe(404)
    for (const path of ['code/billing/usage', 'code/billing/usage/2026-03-02/repositories'])
      expect((await tenant.ask('GET', path, undefined, 'member'))[0]).toBe(403)
    expect((await tenant.ask('POST', adjustments, correction, 'member'))[0]).toBe(403)
  })

  it('cannot be asked for by a query that makes no sense', async () => {
    for (const query of ['from=2026-02-30', 'from=2026-03-03&to=2026-03-02', 'limit=0', 'cursor=x', 'day=1'])
      expect([query, (await tenant.ask('GET', `code/billing/usage?${query}`))[0]]).toEqual([query, 400])
  })
})

describe('the repositories behind a figure', () => {
  beforeAll(() => runWithLogSink(() => {}, reportThreeDays))
  const idsOf = async (date: string, query = ''): Promise<readonly string[]> => {
    const [, body] = await tenant.ask('GET', `code/billing/usage/${date}/repositories${query}`)
    return (body as { repositories: { repositoryId: string }[] }).repositories.map(({ repositoryId }) => repositoryId)
  }

  it('are those that were active at 00:00 of its day, whatever became of them', async () => {
    expect(await idsOf('2026-03-02')).toEqual(['a', 'b', 'c'])
    expect(await idsOf('2026-03-03')).toEqual(['a', 'b', 'c', 'd'])
    expect(await idsOf('2026-03-04')).toEqual(['a', 'b'])
    expect(await tenant.ask('GET', 'code/billing/usage/2026-03-03/repositories')).toMatchObject([
      200,
      {
        date: '2026-03-03',
        quantity: 4,
        repositories: [{ repositoryId: 'a', orgId: 'org-1', name: 'name of a' }, {}, {}, {}],
      },
    ])
  })

  it('come in pages', async () => {
    const seen: string[] = []
    let query = '?limit=1'
    for (let page = 0; page < 10; page += 1) {
      const [, body] = await tenant.ask('GET', `code/billing/usage/2026-03-03/repositories${query}`)
      const { repositories, nextCursor } = body as { repositories: { repositoryId: string }[]; nextCursor?: string }
      seen.push(...repositories.map(({ repositoryId }) => repositoryId))
      if (nextCursor === undefined) break
      query = `?limit=1&cursor=${encodeURIComponent(nextCursor)}`
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
  })

  it('are a 404 for a day without a figure', async () => {
    expect((await tenant.ask('GET', 'code/billing/usage/2026-03-01/repositories'))[0]).toBe(404)
  })
})

describe('a correction', () => {
  beforeEach(reportOneDay)
  const recorded = async () => (await tenant.hub.usage()).flatMap((day) => day.adjustments)

  it('is an adjustment in Hub, once, and stands beside the figure', async () => {
    const [status, made] = await adjust(correction)
    expect([status, made]).toMatchObject([
      200,
      {
        ...correction,
        origin: 'operator',
        state: 'recorded',
        requestedBy: expect.stringMatching(/^operator:/) as string,
      },
    ])
    expect(await adjust(correction)).toEqual([200, made])
    await Promise.all([adjust(correction), adjust(correction)])
    expect(await recorded()).toMatchObject([{ delta: -1, reason: 'One was a copy' }])
    const [, { days }] = (await tenant.ask('GET', 'code/billing/usage?from=2026-03-03')) as [
      number,
      { days: unknown[] },
    ]
    expect(days[0]).toMatchObject({ quantity: 4, adjustments: [made] })
  })

  it('is made once by requests that overlap', async () => {
    await Promise.all(Array.from({ length: 5 }, () => adjust(correction)))
    expect(await recorded()).toHaveLength(1)
  })

  it('with its id and another body is refused', async () => {
    await adjust(correction)
    for (const change of [{ delta: -2 }, { date: '2026-03-02' }, { reason: 'Another' }])
      expect([change, (await adjust({ ...correction, ...change }))[0]]).toEqual([change, 422])
    expect(await recorded()).toHaveLength(1)
  })

  it('that is not valid is refused', async () => {
    const changes = [
      { delta: 0 },
      { delta: 0.5 },
      { reason: ' ' },
      { date: '2026-02-30' },
      { adjustmentId: '' },
      { x: 1 },
    ]
    for (const change of changes)
      expect([change, (await adjust({ ...correction, ...change }))[0]]).toEqual([change, 400])
  })

  it('of a day that Hub does not have is a 404', async () => {
    expect((await adjust({ ...correction, date: '2026-03-05' }))[0]).toBe(404)
  })

  it('of two tenants with one id is two corrections', async () => {
    const other = await billing.tenant()
    await other.connect('org-1')
    await other.find('org-1', ['a'])
    billing.setTime('2026-03-04T01:15:00.000Z')
    await billing.report()
    expect((await adjust({ ...correction, date: '2026-03-04' }))[0]).toBe(200)
    const theirs = { ...correction, date: '2026-03-04', delta: 3 }
    expect((await other.operate('POST', operated(other), theirs))[0]).toBe(200)
    expect((await other.hub.usage())[0]).toMatchObject({ quantity: 1, adjustments: [{ delta: 3 }] })
  })

  it.each(['status', 'commit-then-status'] as const)(
    'waits while Hub fails (%s), and the report sends it',
    async (kind) => {
      await tenant.hub.setFaults({ operation: 'adjustUsage', kind, status: 503 })
      expect(await adjust(correction)).toMatchObject([202, { state: 'waiting' }])
      await tenant.hub.clearFaults()
      await billing.report()
      expect(await recorded()).toMatchObject([{ delta: -1 }])
      expect(await adjust(correction)).toMatchObject([200, { state: 'recorded' }])
      // Once it is sure that no request is under way, the report looks no more.
      billing.setTime('2026-03-04T02:15:00.000Z')
      await billing.report()
      const row = await billing.services
        .store()
        .open(sourceTenantTable)
        .tenant.get({ bucket: sourceTenantBuckets.of(tenant.tenantId), tenantId: tenant.tenantId })
      expect(row?.value).not.toHaveProperty('adjustingSince')
    },
  )

  it('that Hub refuses says so, waits no more, and can be tried again', async () => {
    await tenant.hub.setFaults({ operation: 'adjustUsage', kind: 'status', status: 422 })
    expect((await adjust(correction))[0]).toBe(502)
    const [, { days }] = (await tenant.ask('GET', 'code/billing/usage?from=2026-03-03')) as [
      number,
      { days: unknown[] },
    ]
    expect(days[0]).toMatchObject({ adjustments: [{ state: 'refused' }] })
    await tenant.hub.clearFaults()
    await billing.report()
    expect(await recorded()).toEqual([])
    expect(await adjust(correction)).toMatchObject([200, { state: 'recorded' }])
    expect(await recorded()).toHaveLength(1)
  })
})

describe('a correction that an admin asks for', () => {
  beforeEach(reportOneDay)
  const recorded = async () => (await tenant.hub.usage()).flatMap((day) => day.adjustments)
  const ask = (body: unknown) => tenant.ask('POST', adjustments, body)

  it('is kept with who asked, and is nothing to Hub before an operator has approved it', async () => {
    const [status, asked] = await ask(correction)
    const requestedBy = expect.stringMatching(/^user:/) as string
    expect([status, asked]).toMatchObject([202, { ...correction, origin: 'admin', state: 'requested', requestedBy }])
    expect(await ask(correction)).toEqual([202, asked])
    await billing.report()
    expect(await recorded()).toEqual([])
    const decidedBy = expect.stringMatching(/^operator:/) as string
    expect(await decide('c-1', 'approve')).toMatchObject([200, { state: 'recorded', requestedBy, decidedBy }])
    expect(await decide('c-1', 'approve')).toMatchObject([200, { state: 'recorded' }])
    expect((await decide('c-1', 'decline'))[0]).toBe(409)
    expect(await recorded()).toMatchObject([{ delta: -1 }])
  })

  it('is never sent once it is declined', async () => {
    await ask(correction)
    expect(await decide('c-1', 'decline')).toMatchObject([200, { state: 'declined' }])
    expect((await decide('c-1', 'approve'))[0]).toBe(409)
    expect((await decide('c-2', 'approve'))[0]).toBe(404)
    await billing.report()
    expect(await recorded()).toEqual([])
  })

  it('that was declined is refused at once, since another try would find the same', async () => {
    await ask(correction)
    await decide('c-1', 'decline')
    const logged: string[] = []
    const { tenantId } = tenant
    const approval = { tenantId, adjustmentId: 'c-1', decision: 'approve', decidedBy: 'operator:o' } as const
    await runWithLogSink(
      (_, line) => logged.push(line),
      () =>
        expect(
          decideAdjustment({ ...billing.services, store: billing.services.store() }, approval),
        ).rejects.toMatchObject({ code: 'conflict' }),
    )
    expect(logged.filter((line) => line.includes('change.again'))).toEqual([])
  })

  it('cannot be approved, nor made, by the organization itself', async () => {
    await ask(correction)
    const body = { adjustmentId: 'c-1', decision: 'approve' }
    expect((await tenant.ask('POST', decisions(), body, 'owner'))[0]).toBe(401)
    expect((await tenant.ask('POST', operated(), correction, 'owner'))[0]).toBe(401)
    expect(await recorded()).toEqual([])
  })
})

describe('what is billed of a day', () => {
  beforeEach(reportOneDay)
  const billed = async () => (await tenant.hub.usage()).find(({ date }) => date === correction.date)
  const sum = async () => {
    const { quantity = 0, adjustments: made = [] } = (await billed()) ?? {}
    return made.reduce((total, { delta }) => total + delta, quantity)
  }

  it('is never less than nothing, whoever asks', async () => {
    expect((await tenant.ask('POST', adjustments, { ...correction, delta: -5 }))[0]).toBe(400)
    expect((await adjust({ ...correction, delta: -100 }))[0]).toBe(400)
    expect((await adjust({ ...correction, delta: -3 }))[0]).toBe(200)
    expect((await adjust({ ...correction, adjustmentId: 'c-2', delta: -2 }))[0]).toBe(400)
    expect((await adjust({ ...correction, adjustmentId: 'c-3', delta: -1 }))[0]).toBe(200)
    expect(await sum()).toBe(0)
  })

  it('is not less than nothing by several at once, nor by requests that were each possible', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e'])
      expect((await tenant.ask('POST', adjustments, { ...correction, adjustmentId: id, delta: -2 }))[0]).toBe(202)
    const statuses = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (id) => (await decide(id, 'approve'))[0]))
    expect(statuses.filter((status) => status === 200)).toHaveLength(2)
    expect(await sum()).toBe(0)
  })

  it('can be taken off again what Hub refused', async () => {
    await tenant.hub.setFaults({ operation: 'adjustUsage', kind: 'status', status: 422 })
    expect((await adjust({ ...correction, delta: -4 }))[0]).toBe(502)
    await tenant.hub.clearFaults()
    expect((await adjust({ ...correction, adjustmentId: 'c-2', delta: -4 }))[0]).toBe(200)
    expect((await adjust({ ...correction, delta: -4 }))[0]).toBe(400)
    expect(await sum()).toBe(0)
  })
})
