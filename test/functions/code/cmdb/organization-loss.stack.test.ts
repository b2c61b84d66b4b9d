import { aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { startDueSyncs } from '../../../../functions/code/cmdb/sync-start.ts'
import { listProfiles } from '../../../../functions/code/cmdb/profiles.ts'
import { connectOrganization, disconnectOrganization } from '../../../../functions/code/sources/organizations.ts'
import type { Sources } from '../../../../functions/code/sources/source-change.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type Organization, type Stage, startStage } from './cmdb-stage.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let stage: Stage
let organization: Organization
let sources: Sources
beforeAll(async () => {
  stage = await startStage(inject('stack').settings)
  return () => stage.close()
})
beforeEach(async () => {
  organization = stage.organization()
  const { services } = stage
  sources = { store: services.store(), bus: services.bus, now: services.now, tenantId: organization.tenantId }
  await connect('org-1')
  await connect('org-2')
})

const connect = (orgId: string) =>
  connectOrganization(sources, orgId, { provider: 'github', orgLogin: orgId, repoCount: 1 })
const disconnect = (orgId: string) => disconnectOrganization(sources, orgId)
const result = (given: object) => ({ sent: 0, retired: 0, refused: 0, held: 0, hasMore: false, ...given })
const run = async () => (await organization.sync()).result
const mine = ['mine-1', 'mine-2']
const others = ['other-1', 'other-2', 'other-3']
const synced = async () => {
  for (const id of mine) await organization.put(id, { organizationId: 'org-2' })
  for (const id of others) await organization.put(id)
  expect(await run()).toEqual(result({ sent: 5 }))
}

describe('an organization that is disconnected', () => {
  it('has its assets retired by the next sync, and no others', async () => {
    await synced()
    await disconnect('org-2')
    expect(await run()).toEqual(result({ retired: 2 }))
    expect(await organization.assets('retired')).toEqual(mine)
    expect(await organization.assets('active')).toEqual(others)
    expect(await run()).toEqual(result({}))
  })

  it('has them back when it is connected again, but for what was deleted meanwhile', async () => {
    await synced()
    await disconnect('org-2')
    await run()
    await organization.remove('mine-1')
    await connect('org-2')
    expect(await run()).toEqual(result({ sent: 1 }))
    expect(await organization.assets('active')).toEqual(['mine-2', ...others])
    expect(await organization.waiting()).toEqual([])
  })

  it('keeps its assets when it is connected again before a sync', async () => {
    await synced()
    await disconnect('org-2')
    await connect('org-2')
    expect(await run()).toEqual(result({}))
    expect(await organization.assets('active')).toHaveLength(5)
  })

  it('that has most of the assets waits for somebody to confirm it', async () => {
    await synced()
    await disconnect('org-1')
    expect(await run()).toEqual(result({ held: 3 }))
    expect(await organization.assets('active')).toHaveLength(5)
    await connect('org-1')
    expect(await run()).toEqual(result({ sent: 3 }))
    expect(await organization.assets('active')).toHaveLength(5)
  })

  it('before its first sync sends nothing', async () => {
    await organization.put('mine-1', { organizationId: 'org-2' })
    await disconnect('org-2')
    expect(await run()).toEqual(result({}))
    expect(await organization.assets()).toEqual([])
  })

  it('brings no asset back by a profile that comes late, which is sent once it is connected again', async () => {
    await synced()
    await disconnect('org-2')
    await run()
    await organization.put('mine-1', { organizationId: 'org-2', healthScore: 1 })
    await organization.put('mine-3', { organizationId: 'org-2' })
    await run()
    expect(await organization.assets('active')).toEqual(others)
    await connect('org-2')
    expect(await run()).toEqual(result({ sent: 3 }))
    expect(await organization.assets('active')).toEqual([...mine, 'mine-3', ...others])
  })

  it('shows its profiles as gone', async () => {
    await synced()
    await disconnect('org-2')
    await run()
    const { profiles } = await listProfiles(sources, sources.tenantId, { state: 'gone', limit: 100 })
    expect(profiles.map(({ repositoryId }) => repositoryId)).toEqual(mine)
  })

  it('that was never registered is none', async () => {
    await organization.put('stray', { organizationId: 'org-3' })
    expect(await run()).toEqual(result({ sent: 1 }))
  })

  it('has a sync started by the timer', async () => {
    await synced()
    const started: string[] = []
    const flows = {
      start: async (_: unknown, { tenantId }: { tenantId: string }) => void started.push(tenantId),
    }
    const tick = (minutes: number) =>
      startDueSyncs(
        { ...sources, now: () => new Date(Date.now() + minutes * 60_000), flows: flows as never },
        new AbortController().signal,
      )
    await tick(60)
    expect(started).not.toContain(organization.tenantId)
    await disconnect('org-2')
    await tick(60)
    expect(started).toContain(organization.tenantId)
  })
})
