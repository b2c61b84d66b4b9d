import { afterEach, aroundEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { countAtStartOf } from '../../../../functions/code/sources/repository-count.ts'
import { recountTenant } from '../../../../functions/code/sources/recount.ts'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import { recountActiveRepositories } from '../../../../functions/code/sources/timers.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { timerInput } from '../../../support/timer-input.ts'
import { type Billing, startBilling } from '../billing/billed-tenant.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let billing: Billing
beforeAll(async () => {
  billing = await startBilling(inject('stack').settings)
  return billing.close
})
afterEach(() => billing.forgetTenants())

const open = () => billing.services.store().open(sourceTable)
const { signal } = new AbortController()
const activeOf = async (tenantId: string) => (await open().repositoryCount.get({ tenantId }))?.value.active

const tenantWithTwoOrganizations = async () => {
  const tenant = await billing.tenant()
  billing.setTime('2026-03-01T12:00:00.000Z')
  await tenant.connect('org-1')
  await tenant.connect('org-2')
  await tenant.find('org-1', ['a', 'b', 'c'])
  await tenant.find('org-2', ['d', 'e'])
  await tenant.find('org-1', ['a'], true)
  return tenant
}

describe('the count of active repositories', () => {
  it('is kept with every change, also by requests that overlap', async () => {
    const tenant = await billing.tenant()
    await tenant.connect('org-1')
    const ids = Array.from({ length: 30 }, (_, index) => `repo-${index}`)
    await Promise.all([0, 10, 20, 5, 15].map((start) => tenant.find('org-1', ids.slice(start, start + 10))))
    expect(await activeOf(tenant.tenantId)).toBe(30)
    await tenant.find('org-1', ids.slice(0, 4), true)
    await tenant.find('org-1', ids.slice(0, 1), false)
    await tenant.find('org-1', ids.slice(0, 9))
    expect(await activeOf(tenant.tenantId)).toBe(27)
    await tenant.disconnect('org-1')
    expect(await activeOf(tenant.tenantId)).toBe(0)
    await tenant.connect('org-1')
    expect(await activeOf(tenant.tenantId)).toBe(27)
  })

  it('of 45 repositories at once fits into a transaction', async () => {
    const tenant = await billing.tenant()
    await tenant.connect('org-1')
    await tenant.find(
      'org-1',
      Array.from({ length: 45 }, (_, index) => `repo-${index}`),
    )
    expect(await activeOf(tenant.tenantId)).toBe(45)
  })
})

describe('the nightly recount', () => {
  const recount = () => recountActiveRepositories.handler(timerInput(billing.services, signal))

  it('repairs a count that is wrong as a change of today, and leaves the days before as they were counted', async () => {
    const { tenantId } = await tenantWithTwoOrganizations()
    const rows = open()
    const organization = await rows.organization.get({ tenantId, orgId: 'org-1' })
    const count = await rows.repositoryCount.get({ tenantId })
    if (!organization || !count) throw new Error('The rows are missing.')
    await rows.organization.update(organization, { ...organization.value, activeRepositories: 40 })
    await rows.repositoryCount.update(count, { ...count.value, active: 50 })
    billing.setTime('2026-03-05T03:50:00.000Z')
    await recount()
    expect(await activeOf(tenantId)).toBe(4)
    expect((await rows.organization.get({ tenantId, orgId: 'org-1' }))?.value.activeRepositories).toBe(2)
    const store = billing.services.store()
    expect([
      await countAtStartOf(store, tenantId, '2026-03-05'),
      await countAtStartOf(store, tenantId, '2026-03-06'),
    ]).toEqual([50, 4])
  })

  it('changes nothing that is right', async () => {
    const { tenantId } = await tenantWithTwoOrganizations()
    const before = await open().repositoryCount.get({ tenantId })
    await recount()
    expect(await open().repositoryCount.get({ tenantId })).toEqual(before)
  })

  it('stores no repair when something was changed while it counted', async () => {
    const tenant = await tenantWithTwoOrganizations()
    const { tenantId } = tenant
    const rows = open()
    const count = await rows.repositoryCount.get({ tenantId })
    if (!count) throw new Error('The row is missing.')
    await rows.repositoryCount.update(count, { ...count.value, active: 50 })
    const { store: openStore, bus, now } = billing.services
    const store = openStore()
    // Somebody finds a repository when the count has been read, and the organizations have not.
    let isFound = false
    const watched = {
      ...store,
      open: (table: typeof sourceTable) => {
        const opened = store.open(table)
        const each: typeof opened.organization.each = async function* (...given) {
          const before = await rows.repositoryCount.get({ tenantId })
          yield* opened.organization.each(...given)
          if (!isFound && before?.value.active === 50 && calls++ === 1) {
            isFound = true
            await tenant.find('org-2', ['f'])
          }
        }
        return { ...opened, organization: { ...opened.organization, each } }
      },
    } as unknown as typeof store
    let calls = 0
    await expect(recountTenant({ store: watched, bus, now, tenantId }, signal)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect([isFound, await activeOf(tenantId)]).toEqual([true, 51])
    await recountTenant({ store, bus, now, tenantId }, signal)
    expect(await activeOf(tenantId)).toBe(5)
  })
})
