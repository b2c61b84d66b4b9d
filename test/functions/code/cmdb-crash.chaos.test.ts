// The functions are killed while they sync profiles to CMDB. The sync goes on after each restart, and everything comes out once.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openProfiles } from '../../../functions/code/cmdb/profile-table.ts'
import { removeProfile } from '../../../functions/code/cmdb/profiles.ts'
import type { Stack } from '../../../local/stack.ts'
import { createStore } from '../../../shared/store/store.ts'
import { identity, newTenantId, signIn } from '../../support/browser-client.ts'
import { cmdbControl } from '../../support/cmdb-control.ts'
import { eventually } from '../../support/eventually.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { startTestStack } from '../../support/stack-setup.ts'
import { isLong } from '../../support/thoroughness.ts'
import { seedProfiles } from './cmdb/cmdb-stage.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const tenantId = newTenantId()
const profileCount = isLong ? 500 : 160
const goneCount = 8
const killCount = isLong ? 4 : 2

const dataFolder = mkdtempSync(join(tmpdir(), 'cmdb-crash-'))
let stack: Stack

beforeAll(async () => {
  console.log(`CHAOS_SEED=${seed}`)
  stack = await startTestStack({
    dataFolder,
  })
})
afterAll(async () => {
  await stack?.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

it('ends with each profile in CMDB once, and counted once, although it was killed again and again', async () => {
  const store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })
  const rows = openProfiles(store)
  const cmdb = cmdbControl(stack.urls.cmdb, tenantId)
  const ids = Array.from({ length: profileCount }, (_, index) => `repo-${String(index).padStart(4, '0')}`)
  await seedProfiles(store, tenantId, ids, ids)
  const gone = ids.slice(0, goneCount)
  const tools = { store, now: () => new Date() }
  for (const repositoryId of gone) await removeProfile(tools, { tenantId, repositoryId })
  await cmdb.setFaults({ kind: 'commit-then-status', status: 500, probability: 0.03, seed })

  const admin = await signIn(stack.urls, identity({ tenantId, role: 'admin' }))
  const response = await admin.fetch('/api/code/cmdb/sync', { method: 'POST' })
  const { id: requestId } = (await response.json()) as { id: string }
  const sync = async () => (await rows.sync.get({ tenantId, requestId }))?.value
  for (let kill = 0; kill < killCount; kill += 1) {
    const before = (await cmdb.assets()).length
    await eventually(cmdb.assets, ({ length }) => length > before || length === profileCount - goneCount, 60_000)
    await sleep(random.below(400))
    await stack.killHost()
    await stack.restartHost()
  }
  const ended = await eventually(sync, (row) => row?.finishedAt !== undefined, 120_000)

  expect(ended).toMatchObject({ state: 'completed', sent: profileCount - goneCount, retired: 0, refused: 0 })
  const assets = await cmdb.assets()
  expect(assets.map(({ externalReference }) => externalReference).toSorted()).toEqual(ids.slice(goneCount))
  expect(assets.every(({ state, sourceVersion }) => state === 'active' && sourceVersion === 1)).toBe(true)
  expect((await rows.change.list({ tenantId }, { limit: 1 })).rows).toEqual([])
  expect((await rows.standing.get({ tenantId }))?.value).toMatchObject({ activeAssets: profileCount - goneCount })
})
