import { aroundEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { openProfiles } from '../../../../functions/code/cmdb/profile-table.ts'
import { confirmRetirement, readSync } from '../../../../functions/code/cmdb/syncs.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type Organization, type Stage, startStage } from './cmdb-stage.ts'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

let stage: Stage
let organization: Organization
beforeAll(async () => {
  stage = await startStage(inject('stack').settings)
  return () => stage.close()
})
beforeEach(() => {
  organization = stage.organization()
})

const numbered = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `repo-${String(index + from).padStart(4, '0')}`)
const synced = async (count: number): Promise<void> => {
  await organization.seed(numbered(count))
  await organization.sync()
}
const result = (given: object) => ({ sent: 0, retired: 0, refused: 0, held: 0, hasMore: false, ...given })
const key = (requestId: string) => ({ tenantId: organization.tenantId, requestId })
const confirm = (requestId: string) => confirmRetirement(stage.services, key(requestId), 'user:an-admin')
const retiredCount = async () => (await organization.assets('retired')).length

describe('many repositories that are gone at once', () => {
  it('have their assets retired while they are at most 10, and less than half', async () => {
    await synced(21)
    await organization.remove(...numbered(10))
    expect((await organization.sync()).result).toEqual(result({ retired: 10 }))
    expect(await organization.assets('active')).toEqual(numbered(11, 10))
  })

  it.each([
    [1, 1],
    [1, 2],
    [8, 8],
    [7, 9],
    [10, 20],
  ])('retire nothing when they are %d of %d: half of a source or more is held whatever its size', async (gone, all) => {
    await synced(all)
    await organization.remove(...numbered(gone))
    expect((await organization.sync()).result).toEqual(result({ held: gone }))
    expect(await retiredCount()).toBe(0)
  })

  it('go one by one without a question while others are left', async () => {
    await synced(3)
    await organization.remove('repo-0000')
    expect((await organization.sync()).result).toEqual(result({ retired: 1 }))
    await organization.remove('repo-0001')
    expect((await organization.sync()).result).toEqual(result({ held: 1 }))
  })

  it('have their assets retired while they are at most a fifth of the active ones', async () => {
    await synced(55)
    await organization.remove(...numbered(11))
    expect((await organization.sync()).result).toEqual(result({ retired: 11 }))
  })

  it('retire nothing when they are more, while what else has changed is sent', async () => {
    await synced(54)
    await organization.remove(...numbered(11))
    await organization.put('repo-0020', { healthScore: 1 })
    const { requestId, result: outcome } = await organization.sync()
    expect(outcome).toEqual(result({ sent: 1, held: 11 }))
    expect(await readSync(stage.services, key(requestId))).toMatchObject({
      state: 'completed',
      progress: { sent: 1, retired: 0, refused: 0, of: 1 },
      retirementsHeld: 11,
    })
    expect([await retiredCount(), await organization.cmdb.requests()]).toEqual([0, { putAsset: 55 }])
    expect((await organization.sync()).result).toEqual(result({ held: 11 }))
  })

  it('retire nothing when all of them are gone, and nothing of one that comes back', async () => {
    await synced(5)
    await organization.remove(...numbered(5))
    expect((await organization.sync()).result).toEqual(result({ held: 5 }))
    for (const id of numbered(4)) await organization.put(id)
    expect((await organization.sync()).result).toEqual(result({ sent: 4, retired: 1 }))
    expect(await organization.assets('active')).toEqual(numbered(4))
  })

  it('that go after the plan was made wait for the next one, which counts them', async () => {
    await synced(20)
    await organization.remove('repo-0000')
    let isFirst = true
    const onStep = (name: string): unknown => {
      if (name !== 'code-send-cmdb-batch' || !isFirst) return undefined
      isFirst = false
      return organization.remove(...numbered(10, 1))
    }
    expect((await organization.sync({ onStep })).result).toEqual(result({ retired: 1, hasMore: true }))
    expect((await organization.sync()).result).toEqual(result({ held: 10 }))
    expect(await retiredCount()).toBe(1)
  })
})

describe('a confirmation', () => {
  it('lets the sync after it retire what was held back, and confirming it again changes nothing', async () => {
    await synced(12)
    await organization.remove(...numbered(8))
    const held = await organization.sync()
    const confirmed = await confirm(held.requestId)
    expect(confirmed.confirmation?.syncId).not.toBe(held.requestId)
    expect(await confirm(held.requestId)).toEqual(confirmed)
    const next = await organization.sync()
    expect(next).toEqual({ requestId: confirmed.confirmation?.syncId, result: result({ retired: 8 }) })
    expect(await organization.assets('active')).toEqual(numbered(4, 8))
    const standing = await openProfiles(stage.services.store()).standing.get(organization)
    expect(standing?.value).toMatchObject({ activeAssets: 4 })
  })

  it('holds for what was gone then, and for nothing that goes later', async () => {
    await synced(22)
    await organization.remove(...numbered(11))
    const held = await organization.sync()
    await organization.remove(...numbered(11, 11))
    await confirm(held.requestId)
    expect((await organization.sync()).result).toEqual(result({ retired: 11, held: 11 }))
    expect(await organization.assets('retired')).toEqual(numbered(11))
  })

  it('that comes while a sync is at work is carried out by that one', async () => {
    await synced(12)
    await organization.remove(...numbered(7))
    const held = await organization.sync()
    let confirmed: unknown
    const onStep = (name: string): unknown => {
      if (name !== 'code-end-cmdb-sync' || confirmed !== undefined) return undefined
      confirmed = confirm(held.requestId)
      return confirmed
    }
    expect((await organization.sync({ onStep })).result).toEqual(result({ retired: 7 }))
    expect(await organization.assets('active')).toEqual(numbered(5, 7))
  })

  it('is refused for a sync that holds nothing back, and for one of another organization', async () => {
    await synced(1)
    const { requestId } = await organization.sync()
    await expect(confirm(requestId)).rejects.toMatchObject({ code: 'conflict' })
    const other = stage.organization()
    const foreign = { tenantId: other.tenantId, requestId }
    await expect(confirmRetirement(stage.services, foreign, 'user:x')).rejects.toMatchObject({ code: 'not-found' })
    await expect(readSync(stage.services, foreign)).rejects.toMatchObject({ code: 'not-found' })
  })
})
