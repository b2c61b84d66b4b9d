import { afterEach, aroundEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { sourceTenantBuckets, sourceTenantTable } from '../../../../functions/code/sources/source-tenants.ts'
import type { HubClient } from '../../../../shared/peers/hub/client.ts'
import type { Services } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { listIncidents } from '../../../../shared/incidents/incident-list.ts'
import { platform } from '../../../../shared/incidents/incident-owner.ts'
import { type BilledTenant, type Billing, startBilling } from './billed-tenant.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let billing: Billing
beforeAll(async () => {
  billing = await startBilling(inject('stack').settings)
  return billing.close
})
afterEach(() => billing.forgetTenants())

const at = (time: string): void => billing.setTime(time)
const ids = (count: number, prefix = 'repo'): string[] => Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

/** With an organization and so many repositories, found on the day before that of the test. */
const tenantWith = async (count: number, day: string): Promise<BilledTenant> => {
  const tenant = await billing.tenant()
  at(`${day}T12:00:00.000Z`)
  await tenant.connect('org-1')
  if (count > 0) await tenant.find('org-1', ids(count))
  return tenant
}

/** As the two timers do it. */
const day = async (date: string): Promise<void> => {
  at(`${date}T00:01:00.000Z`)
  await billing.snapshot()
  at(`${date}T01:15:00.000Z`)
  await billing.report()
}

describe('the daily report', () => {
  it('gives Hub what was active at 00:00 UTC, whatever happens at the edges of the day', async () => {
    const tenant = await tenantWith(3, '2026-03-01')
    at('2026-03-01T23:59:59.999Z')
    await tenant.find('org-1', ['late'])
    at('2026-03-02T00:00:00.000Z')
    await tenant.find('org-1', ['early', 'repo-0'])
    at('2026-03-02T00:00:30.000Z')
    await tenant.find('org-1', ['repo-1'], true)
    await day('2026-03-02')
    expect(await tenant.billed()).toEqual([['2026-03-02', 4]])

    at('2026-03-02T23:59:59.999Z')
    await tenant.find('org-1', ['repo-2'], true)
    at('2026-03-03T00:00:00.000Z')
    await tenant.find('org-1', ['repo-2', 'repo-1'], false)
    await day('2026-03-03')
    at('2026-03-03T18:00:00.000Z')
    await tenant.disconnect('org-1')
    await day('2026-03-04')
    at('2026-03-04T18:00:00.000Z')
    await tenant.connect('org-1')
    await day('2026-03-05')
    expect(await tenant.billed()).toEqual([
      ['2026-03-02', 4],
      ['2026-03-03', 3],
      ['2026-03-04', 0],
      ['2026-03-05', 5],
    ])
  })

  it('reports no day before the first with a repository, and nobody who never had one', async () => {
    const [tenant, empty] = [await tenantWith(2, '2026-03-10'), await tenantWith(0, '2026-03-10')]
    await day('2026-03-10')
    expect(await tenant.billed()).toEqual([])
    await day('2026-03-11')
    expect(await tenant.billed()).toEqual([['2026-03-11', 2]])
    expect(await empty.billed()).toEqual([])
  })

  it('asks Hub once for each tenant and day, however often it runs', async () => {
    const tenant = await tenantWith(2, '2026-03-14')
    await day('2026-03-15')
    await day('2026-03-15')
    await Promise.all([billing.report(), billing.report()])
    expect(await tenant.hub.requests()).toMatchObject({ reportUsage: 1 })
    await day('2026-03-16')
    expect(await tenant.hub.requests()).toMatchObject({ reportUsage: 2 })
  })

  it('makes up for days that were missed, each with its own figure', async () => {
    const tenant = await tenantWith(1, '2026-04-01')
    await day('2026-04-02')
    at('2026-04-02T10:00:00.000Z')
    await tenant.find('org-1', ['second', 'third'])
    at('2026-04-04T10:00:00.000Z')
    await tenant.find('org-1', ['second'], true)
    at('2026-04-04T11:00:00.000Z')
    await tenant.find('org-1', ids(40, 'more'))
    at('2026-04-06T01:15:00.000Z')
    await tenant.find('org-1', ids(5, 'too-late'))
    await billing.report()
    expect(await tenant.billed()).toEqual([
      ['2026-04-02', 1],
      ['2026-04-03', 3],
      ['2026-04-04', 3],
      ['2026-04-05', 42],
      ['2026-04-06', 42],
    ])
  })

  it('goes back 40 days and no further', async () => {
    const tenant = await tenantWith(2, '2026-05-01')
    await day('2026-07-10')
    const billed = await tenant.billed()
    expect([billed[0], billed.at(-1), billed.length]).toEqual([['2026-05-31', 2], ['2026-07-10', 2], 41])
  })

  it('notes what is older for the operators, who have it reported with its own figures', async () => {
    const tenant = await tenantWith(2, '2026-05-01')
    await day('2026-07-10')
    const missed = { tenantId: tenant.tenantId, from: '2026-05-02', to: '2026-05-30' }
    const [, listed] = await tenant.operate('GET', 'code/billing/platform/missed-days?limit=100')
    expect((listed as { missed: object[] }).missed).toContainEqual({ ...missed, notedAt: '2026-07-10T01:15:00.000Z' })
    const incidents = await listIncidents(billing.services.store(), platform, { state: 'unresolved', limit: 100 })
    expect(incidents.incidents).toContainEqual(
      expect.objectContaining({ integration: 'code→hub', operation: 'report usage of days long past' }),
    )
    const path = `code/billing/platform/tenants/${tenant.tenantId}/missed-days`
    expect((await tenant.ask('POST', path, { from: missed.from }, 'owner'))[0]).toBe(401)
    const order = { from: missed.from }
    expect(await tenant.operate('POST', path, order)).toEqual([200, { reported: 29, left: null }])
    expect((await tenant.operate('POST', path, order))[0]).toBe(404)
    const billed = await tenant.billed()
    expect([billed[0], billed.length]).toEqual([['2026-05-02', 2], 70])
  })

  it('keeps its watermark before a day that Hub refuses for good, and repeats that day', async () => {
    const tenant = await tenantWith(1, '2026-10-01')
    await tenant.hub.setFaults({ operation: 'reportUsage', kind: 'status', status: 422, times: 1 })
    await day('2026-10-03')
    expect(await tenant.billed()).toEqual([['2026-10-03', 1]])
    const key = { bucket: sourceTenantBuckets.of(tenant.tenantId), tenantId: tenant.tenantId }
    const watermark = async () =>
      (await billing.services.store().open(sourceTenantTable).tenant.get(key))?.value.reportedThrough
    expect(await watermark()).toBe('2026-10-01')
    at('2026-10-03T02:15:00.000Z')
    await billing.report()
    expect(await tenant.billed()).toEqual([
      ['2026-10-02', 1],
      ['2026-10-03', 1],
    ])
    expect(await watermark()).toBe('2026-10-03')
  })

  it('keeps the figure of a snapshot against a clock that is late', async () => {
    const tenant = await tenantWith(2, '2026-08-01')
    at('2026-08-02T00:00:01.000Z')
    await billing.snapshot()
    // An instance whose clock says that the day before goes on.
    at('2026-08-01T23:59:59.000Z')
    await tenant.find('org-1', ['late'])
    await day('2026-08-02')
    expect(await tenant.billed()).toEqual([['2026-08-02', 2]])
    const [, listed] = await tenant.ask('GET', 'code/billing/usage/2026-08-02/repositories')
    expect(listed).toMatchObject({
      quantity: 2,
      repositories: [{ repositoryId: 'repo-0' }, { repositoryId: 'repo-1' }],
    })
    await day('2026-08-03')
    expect(await tenant.billed()).toContainEqual(['2026-08-03', 3])
  })
})

describe('a report that fails', () => {
  it('for one tenant is an incident of that tenant, holds up no other, and is repeated', async () => {
    const [good, bad, stranger] = [
      await tenantWith(1, '2026-09-01'),
      await tenantWith(2, '2026-09-01'),
      await billing.tenant('unknown'),
    ]
    await stranger.connect('org-1')
    await stranger.find('org-1', ['repo-0'])
    await bad.hub.setFaults({ operation: 'reportUsage', kind: 'expired-key' })
    await day('2026-09-02')
    expect([await good.billed(), await bad.billed()]).toEqual([[['2026-09-02', 1]], []])
    const failure = { integration: 'code→hub', operation: 'report usage', count: 1 }
    expect(await bad.incidents()).toMatchObject({ incidents: [{ ...failure, code: 'peer-unauthorized' }] })
    expect(await stranger.incidents()).toMatchObject({ incidents: [{ ...failure, code: 'peer-rejected' }] })
    expect(await good.incidents()).toEqual({ incidents: [] })

    await bad.hub.clearFaults()
    at('2026-09-02T02:15:00.000Z')
    await billing.report()
    await day('2026-09-03')
    expect(await bad.billed()).toEqual([
      ['2026-09-02', 2],
      ['2026-09-03', 2],
    ])
    expect(await good.hub.requests()).toMatchObject({ reportUsage: 2 })
  })

  it('because Hub commits and does not say so reports the same again, and it is billed once', async () => {
    const tenant = await tenantWith(2, '2026-09-10')
    await tenant.hub.setFaults({ operation: 'reportUsage', kind: 'commit-then-status', status: 503 })
    await day('2026-09-11')
    const [reported] = ((await tenant.ask('GET', 'code/billing/usage'))[1] as { days: { state: string }[] }).days
    expect(reported).toMatchObject({ date: '2026-09-11', state: 'counted' })
    await tenant.hub.clearFaults()
    await billing.report()
    expect(await tenant.billed()).toEqual([['2026-09-11', 2]])
    expect((await tenant.hub.usage())[0]?.adjustments).toEqual([])
    expect(await tenant.ask('GET', 'code/billing/usage')).toMatchObject([200, { days: [{ state: 'reported' }] }])
  })

  it('because Hub has another quantity adjusts the difference, once', async () => {
    const tenant = await tenantWith(5, '2026-09-20')
    const hub = await billing.services.hub()
    await hub.reportUsage(tenant.tenantId, 'repos_protected', '2026-09-21', 7)
    await tenant.hub.setFaults({ operation: 'adjustUsage', kind: 'commit-then-status', status: 503 })
    await day('2026-09-21')
    await tenant.hub.clearFaults()
    await billing.report()
    await billing.report()
    expect(await tenant.hub.usage()).toMatchObject([{ quantity: 7, adjustments: [{ delta: -2 }] }])
    const [, listed] = await tenant.ask('GET', 'code/billing/usage')
    expect(listed).toMatchObject({
      days: [
        {
          quantity: 5,
          hubQuantity: 7,
          state: 'reported',
          adjustments: [{ origin: 'difference', delta: -2, state: 'recorded' }],
        },
      ],
    })
  })
})

describe('a run that ends in the middle', () => {
  /** Hub's client until `count` reports have been made: then whatever is to happen happens. */
  const dyingAfter = (count: number, die: () => void): Services => ({
    ...billing.services,
    hub: async (): Promise<HubClient> => {
      const hub = await billing.services.hub()
      let reports = 0
      return {
        ...hub,
        reportUsage: async (...usage) => {
          const answer = await hub.reportUsage(...usage)
          reports += 1
          if (reports >= count) die()
          return answer
        },
      }
    },
  })

  it('because its time is up is continued by the next', async () => {
    const tenants = await Promise.all(Array.from({ length: 18 }, () => tenantWith(1, '2026-10-01')))
    const end = new AbortController()
    at('2026-10-02T01:15:00.000Z')
    const services = dyingAfter(1, () => end.abort())
    await billing.report({ signal: end.signal, services })
    const reported = async () => (await Promise.all(tenants.map(({ billed }) => billed()))).flat().length
    expect(await reported()).toBeLessThan(18)
    await billing.report()
    await billing.report()
    expect(await reported()).toBe(18)
    const requests = await Promise.all(tenants.map(({ hub }) => hub.requests()))
    expect(requests.every(({ reportUsage }) => reportUsage === 1)).toBe(true)
  })

  it('because it was killed before it could write down what Hub has, is repeated without harm', async () => {
    const tenant = await tenantWith(3, '2026-10-10')
    const services = dyingAfter(1, () => {
      throw new Error('killed')
    })
    at('2026-10-11T01:15:00.000Z')
    await billing.report({ services })
    expect(await tenant.billed()).toEqual([['2026-10-11', 3]])
    await billing.report()
    expect(await tenant.ask('GET', 'code/billing/usage')).toMatchObject([
      200,
      { days: [{ state: 'reported', quantity: 3, adjustments: [] }] },
    ])
    const { tenantId } = tenant
    const row = await billing.services
      .store()
      .open(sourceTenantTable)
      .tenant.get({ bucket: sourceTenantBuckets.of(tenantId), tenantId })
    expect(row?.value.reportedThrough).toBe('2026-10-11')
  })
})
