// Which tenants the hourly timer starts syncs for, and when it forgets one. In a storage of its own, since it sees all tenants.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  cmdbBuckets,
  cmdbTenantTable,
  markTenant,
  openProfiles,
} from '../../../../functions/code/cmdb/profile-table.ts'
import { putProfile } from '../../../../functions/code/cmdb/profiles.ts'
import { startDueSyncs } from '../../../../functions/code/cmdb/sync-start.ts'
import { AppError } from '../../../../shared/errors.ts'
import type { FlowClient, FlowsAsked } from '../../../../shared/flows/flow-client.ts'
import { platform } from '../../../../shared/incidents/incident-owner.ts'
import { incidentTable } from '../../../../shared/incidents/incident-table.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { draft } from './cmdb-stage.ts'

let azurite: TestAzurite
let store: Store
beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite?.stop())

let asked: FlowsAsked[]
let failing: string | undefined
beforeEach(async () => {
  asked = []
  failing = undefined
  const rows = store.open(cmdbTenantTable).marker
  for (const bucket of cmdbBuckets.names) for await (const { value } of rows.each({ bucket })) await rows.delete(value)
})

const flows = {
  start: (_, request) => {
    if (request.tenantId === failing) return Promise.reject(new AppError('flow-not-started', 'The task hub is away.'))
    asked.push(request)
    return Promise.resolve({ request: {}, isNew: true })
  },
} as FlowClient

const begun = new Date()
const run = (secondsLater = 0): Promise<void> => {
  const now = (): Date => new Date(begun.getTime() + secondsLater * 1_000)
  return runWithLogSink(
    () => {},
    () => startDueSyncs({ store, now, flows }, new AbortController().signal),
  )
}
const tools = () => ({ store, now: () => begun })
const put = (tenantId: string) => putProfile(tools(), { tenantId, repositoryId: 'repo-1' }, draft())
const isMarked = async (tenantId: string): Promise<boolean> =>
  (await store.open(cmdbTenantTable).marker.get({ bucket: cmdbBuckets.of(tenantId), tenantId })) !== undefined

it('starts one sync for each tenant that has changes, the same one until that is over', async () => {
  for (const tenantId of ['changed-1', 'changed-2']) await put(tenantId)
  await markTenant(tools(), 'unchanged')
  await run()
  expect(asked.map(({ tenantId }) => tenantId).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'changed-1',
    'changed-2',
  ])
  const first = new Map(asked.map(({ tenantId, requestId }) => [tenantId, requestId]))
  asked = []
  await run(3_600)
  expect(new Map(asked.map(({ tenantId, requestId }) => [tenantId, requestId]))).toEqual(first)
})

it('forgets a tenant without changes, but not while a change may still be on its way to the tables', async () => {
  await markTenant(tools(), 'unchanged')
  await run(60)
  expect(await isMarked('unchanged')).toBe(true)
  await run(180)
  expect(await isMarked('unchanged')).toBe(false)
  await put('changed-3')
  await run(180)
  expect(await isMarked('changed-3')).toBe(true)
})

it('is not kept from the others by one that cannot be started, which is an incident', async () => {
  for (const tenantId of ['away', 'changed-4']) await put(tenantId)
  failing = 'away'
  await run()
  expect(asked.map(({ tenantId }) => tenantId)).toEqual(['changed-4'])
  const { rows } = await store.open(incidentTable).incident.list({ owner: platform }, { limit: 10 })
  expect(rows.map(({ value }) => value)).toMatchObject([
    { operation: 'start CMDB sync', code: 'flow-not-started', count: 1 },
  ])
  failing = undefined
  await run(3_600)
  expect(asked.map(({ tenantId }) => tenantId)).toContain('away')
  expect((await openProfiles(store).standing.get({ tenantId: 'away' }))?.value).toHaveProperty('current')
})
