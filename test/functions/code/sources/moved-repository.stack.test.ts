// A repository that moves from one organization to another: it is one, and counts once.
import { afterEach, aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { discoverRepositories } from '../../../../functions/code/sources/repositories.ts'
import { recountTenant } from '../../../../functions/code/sources/recount.ts'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type BilledTenant, type Billing, startBilling } from '../billing/billed-tenant.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let billing: Billing
let tenant: BilledTenant
beforeAll(async () => {
  billing = await startBilling(inject('stack').settings)
  return billing.close
})
afterEach(() => billing.forgetTenants())
beforeEach(async () => {
  tenant = await billing.tenant()
  billing.setTime('2026-03-01T12:00:00.000Z')
  await tenant.connect('org-1')
  await tenant.connect('org-2')
  await tenant.find('org-1', ['a', 'b'])
  billing.setTime('2026-03-03T12:00:00.000Z')
})

const sources = () => {
  const { store, bus, now } = billing.services
  return { store: store(), bus, now, tenantId: tenant.tenantId }
}
const see = async (orgId: string, id: string, given: { seenAt?: string; archived?: boolean } = {}) => {
  const [found] = await discoverRepositories(sources(), orgId, [{ id, name: `name of ${id}`, ...given }])
  return found
}
const counts = async () => {
  const rows = billing.services.store().open(sourceTable)
  const { tenantId } = tenant
  const of = async (orgId: string) => (await rows.organization.get({ tenantId, orgId }))?.value.activeRepositories
  return [await of('org-1'), await of('org-2'), (await rows.repositoryCount.get({ tenantId }))?.value.active]
}

describe('a repository that moves to another organization', () => {
  it('counts there, and no longer where it was', async () => {
    expect(await see('org-2', 'a')).toMatchObject({ isNew: false, repository: { orgId: 'org-2' } })
    expect(await counts()).toEqual([1, 1, 2])
    billing.setTime('2026-03-05T01:15:00.000Z')
    await billing.report()
    expect(await tenant.billed()).toEqual(
      ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'].map((day) => [day, 2]),
    )
    expect(await recountTenant(sources(), new AbortController().signal)).toBe(false)
  })

  it('stands behind the figure of each day once, where it was on that day', async () => {
    await see('org-2', 'a')
    billing.setTime('2026-03-04T01:15:00.000Z')
    await billing.report()
    const behind = async (date: string) => {
      const [, body] = await tenant.ask('GET', `code/billing/usage/${date}/repositories`)
      return (body as { repositories: { repositoryId: string; orgId: string }[] }).repositories.map(
        ({ repositoryId, orgId }) => `${orgId}/${repositoryId}`,
      )
    }
    expect(await behind('2026-03-03')).toEqual(['org-1/a', 'org-1/b'])
    expect(await behind('2026-03-04')).toEqual(['org-2/a', 'org-1/b'])
  })

  it('stays there when the organization before tells of it again', async () => {
    await see('org-2', 'a')
    expect(await see('org-1', 'a', { archived: true })).toMatchObject({
      repository: { orgId: 'org-2', archived: false },
    })
    expect(await counts()).toEqual([1, 1, 2])
  })

  it('is where it was seen last, however late and often one hears of it', async () => {
    await see('org-2', 'a', { seenAt: '2026-03-03T11:00:00.000Z' })
    await see('org-1', 'a', { seenAt: '2026-03-03T10:00:00.000Z' })
    await see('org-2', 'a', { seenAt: '2026-03-03T11:00:00.000Z' })
    expect(await counts()).toEqual([1, 1, 2])
    expect(await see('org-1', 'a', { seenAt: '2026-03-03T11:30:00.000Z' })).toMatchObject({
      repository: { orgId: 'org-1' },
    })
    await see('org-2', 'a', { seenAt: '2026-03-03T11:00:00.000Z', archived: true })
    expect(await counts()).toEqual([2, 0, 2])
    await expect(see('org-2', 'a', { seenAt: '2026-03-03T12:06:00.000Z' })).rejects.toMatchObject({
      code: 'validation-failed',
    })
  })

  it('counts again when the organization before was disconnected', async () => {
    await tenant.disconnect('org-1')
    expect(await counts()).toEqual([2, 0, 0])
    await see('org-2', 'a')
    expect(await counts()).toEqual([1, 1, 1])
    await tenant.connect('org-1')
    expect(await counts()).toEqual([1, 1, 2])
  })

  it('counts once when both organizations tell of it at once, and with 44 others', async () => {
    const ids = Array.from({ length: 45 }, (_, index) => `repo-${index}`)
    await tenant.find('org-1', ids)
    await Promise.all([tenant.find('org-2', ids), tenant.find('org-2', ids.slice(0, 20)), see('org-2', 'a')])
    expect(await counts()).toEqual([1, 46, 47])
  })
})
