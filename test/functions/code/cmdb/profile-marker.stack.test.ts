import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { cmdbBuckets, cmdbTenantTable, openProfiles } from '../../../../functions/code/cmdb/profile-table.ts'
import { putProfile, removeProfile } from '../../../../functions/code/cmdb/profiles.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { stepsOf, killedAfter } from '../../../shared/effects/stepped-services.ts'

const services = createServices(loadConfig(inject('stack').settings))
const draft = {
  appType: 'web_application',
  organizationId: 'org-1',
  name: 'northwind/billing',
  url: 'https://git.example/b',
  techStack: [],
}

/** Whether the sync would come by, and whether there is something for it. */
const whatIsLeft = async (tenantId: string) => {
  const store = services.store()
  const markers = []
  for (const bucket of cmdbBuckets.names)
    for await (const { value } of store.open(cmdbTenantTable).marker.each({ bucket }))
      if (value.tenantId === tenantId) markers.push(value)
  const { rows } = await openProfiles(store).change.list({ tenantId }, { limit: 10 })
  return { isMarked: markers.length > 0, changes: rows.length }
}

describe('a change of a profile that was killed before any step', () => {
  it.each(['put', 'delete'] as const)('is never kept without the marker that the sync goes by (%s)', async (change) => {
    const trial = async (steps: number) => {
      const tenantId = `tenant-${randomUUID()}`
      const key = { tenantId, repositoryId: 'repo-1' }
      const work = (given: typeof services) => {
        const tools = { store: given.store(), now: given.now }
        return change === 'put' ? putProfile(tools, key, draft) : removeProfile(tools, key)
      }
      if (change === 'delete') {
        await putProfile({ store: services.store(), now: services.now }, key, draft)
        const [made] = (await openProfiles(services.store()).change.list({ tenantId }, { limit: 10 })).rows
        if (made) await openProfiles(services.store()).change.delete(made)
        for (const bucket of cmdbBuckets.names)
          await services.store().open(cmdbTenantTable).marker.delete({ bucket, tenantId })
      }
      const { length: counted } = await stepsOf(killedAfter(services, tenantId, steps), tenantId, (given) =>
        work(given).then(
          () => undefined,
          () => undefined,
        ),
      )
      return { counted, left: await whatIsLeft(tenantId) }
    }
    const { counted, left } = await trial(Infinity)
    expect(left).toEqual({ isMarked: true, changes: 1 })
    for (let steps = 0; steps < counted; steps += 1) {
      const { left: cut } = await trial(steps)
      expect(cut.changes === 0 || cut.isMarked, `killed before step ${steps + 1} of ${counted}`).toBe(true)
    }
  })
})
