// The endpoints as they are served, and Sync Now from the request to the assets in CMDB: through the queue, and through Durable.
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { CmdbSync, LatestSync, RequestedSync } from '../../../../functions/code/cmdb/contract.ts'
import { openProfiles } from '../../../../functions/code/cmdb/profile-table.ts'
import { syncCommand } from '../../../../functions/code/cmdb/sync-command.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { platform } from '../../../../shared/incidents/incident-owner.ts'
import { incidentTable } from '../../../../shared/incidents/incident-table.ts'
import { createServices } from '../../../../shared/services.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { type Client, identity, newClient, newTenantId, signIn } from '../../../support/browser-client.ts'
import { type CmdbControl, cmdbControl } from '../../../support/cmdb-control.ts'
import { eventually } from '../../../support/eventually.ts'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { runTimerUntil } from '../../../support/timer-run.ts'
import { draft } from './cmdb-stage.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const services = createServices(loadConfig(settings))

let tenantId: string
let product: Client
let admin: Client
let cmdb: CmdbControl

const newProduct = async (tenant: string): Promise<Client> => {
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId: tenant,
    integration: 'code→cmdb',
    scopes: ['code:sources:write'],
    now: new Date(),
  })
  return newClient(urls, { 'x-integration-key': key })
}

beforeAll(() => async () => (await services.queues()).close())
beforeEach(async () => {
  tenantId = newTenantId()
  product = await newProduct(tenantId)
  admin = await signIn(urls, identity({ tenantId, role: 'admin' }))
  cmdb = cmdbControl(urls.cmdb, tenantId)
})

const path = (repositoryId: string) => `/api/code/app-profiles/${repositoryId}`
const put = (repositoryId: string, given = {}) => product.send('PUT', path(repositoryId), draft(given))
const post = async (client = admin, where = '/api/code/cmdb/sync') => client.fetch(where, { method: 'POST' })
const syncNow = async () => {
  const response = await post()
  expect(response.status).toBe(202)
  const sync = RequestedSync.parse(await response.json())
  expect(response.headers.get('location')).toBe(sync.progressUrl)
  return sync
}
const read = async (url: string, client = admin) => CmdbSync.parse(await (await client.fetch(url)).json())
const finished = ({ progressUrl }: { readonly progressUrl: string }) =>
  eventually(
    () => read(progressUrl),
    ({ state }) => state === 'completed' || state === 'failed',
    25_000,
  )

describe('an application profile', () => {
  it('is new once, then known, and its version grows with its content alone', async () => {
    const first = await put('repo-1')
    expect([first.status, await first.json()]).toEqual([
      201,
      { repositoryId: 'repo-1', version: 1, changedAt: expect.any(String) as string, assetVersion: null },
    ])
    const again = await put('repo-1')
    expect([again.status, await again.json()]).toMatchObject([200, { version: 1 }])
    const changed = await put('repo-1', { debtScore: 32 })
    expect([changed.status, await changed.json()]).toMatchObject([200, { version: 2 }])
  })

  it('that is put many times at once ends with one of them and one mark', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => put('repo-1', { healthScore: index })))
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['200', '200', '200', '200', '200', '201'])
    const rows = openProfiles(store)
    expect((await rows.profile.get({ tenantId, repositoryId: 'repo-1' }))?.value).toMatchObject({ version: 6 })
    expect((await rows.change.list({ tenantId }, { limit: 10 })).rows).toHaveLength(1)
  })

  it('is gone once it is deleted, however often, and unknown when it never was', async () => {
    await put('repo-1')
    const del = (repositoryId: string) => product.fetch(path(repositoryId), { method: 'DELETE' })
    expect([(await del('repo-1')).status, (await del('repo-1')).status]).toEqual([204, 204])
    await expectProblem(await del('repo-2'), problemOf('not-found', 'This repository has no application profile.'))
    expect((await put('repo-1')).status).toBe(201)
  })

  it('is refused for what CMDB would refuse, each field by its name', async () => {
    const bad = { name: '', url: 'ftp://github.com/x', techStack: ['x'.repeat(101)], healthScore: 101 }
    const response = await product.send('PUT', path('repo-1'), { ...draft(bad), commitFrequency: -1, extra: 1 })
    const text = expect.any(String) as string
    await expectProblem(
      response,
      notValid(
        ['body.name', text],
        ['body.url', 'must be an http(s) URL of at most 2,000 characters'],
        ['body.techStack.0', text],
        ['body.healthScore', text],
        ['body.commitFrequency', text],
        ['body.extra', text],
      ),
    )
  })

  it('may be handed over by the product and by admins, not by members', async () => {
    const member = await signIn(urls, identity({ tenantId, role: 'member' }))
    expect((await admin.send('PUT', path('repo-1'), draft())).status).toBe(201)
    await expectProblem(
      await member.send('PUT', path('repo-1'), draft()),
      problemOf('forbidden', 'This needs at least the role admin.'),
    )
  })
})

describe('Sync Now', () => {
  it('brings the profiles to CMDB, and shows how far it is', async () => {
    for (const id of ['repo-1', 'repo-2', 'repo-3']) await put(id, { name: id })
    const sync = await finished(await syncNow())
    expect(sync).toMatchObject({
      state: 'completed',
      progress: { sent: 3, retired: 0, refused: 0, of: 3 },
      retirementsHeld: 0,
      finishedAt: expect.any(String) as string,
    })
    expect((await cmdb.assets()).map(({ name, state }) => `${name} ${state}`).toSorted()).toEqual([
      'repo-1 active',
      'repo-2 active',
      'repo-3 active',
    ])
    expect(LatestSync.parse(await (await admin.fetch('/api/code/cmdb/sync')).json())).toEqual({ sync })
    expect(await (await put('repo-1', { name: 'repo-1' })).json()).toMatchObject({ assetVersion: 1 })
  })

  it('that is asked for again while it is on is the same one', async () => {
    await put('repo-1')
    await cmdb.setFaults({ kind: 'latency', ms: 1_000, times: 1 })
    const syncs = await Promise.all([syncNow(), syncNow(), syncNow()])
    expect(new Set(syncs.map(({ id }) => id)).size).toBe(1)
    const [first] = syncs
    expect((await finished(first)).progress).toMatchObject({ sent: 1 })
    // A step may run twice: CMDB takes the same version of a profile once.
    expect(await cmdb.assets()).toHaveLength(1)
    expect((await syncNow()).id).not.toBe(first.id)
  })

  it('goes on by itself once CMDB is back', async () => {
    await put('repo-1')
    await cmdb.setFaults({ kind: 'expired-key' })
    const sync = await syncNow()
    await eventually(cmdb.requests, ({ putAsset = 0 }) => putAsset >= 2, 20_000)
    expect(await read(sync.progressUrl)).toMatchObject({ state: 'running', progress: { sent: 0, of: 1 } })
    await cmdb.clearFaults()
    expect(await finished(sync)).toMatchObject({ state: 'completed', progress: { sent: 1 } })
  })

  it('is for members, who confirm no retirements, and is nobody else’s', async () => {
    const member = await signIn(urls, identity({ tenantId, role: 'member' }))
    const stranger = await signIn(urls, identity({ role: 'admin' }))
    const forbidden = problemOf('forbidden', 'This needs at least the role admin.')
    const viewer = await signIn(urls, identity({ tenantId, role: 'viewer' }))
    const tooLow = problemOf('forbidden', 'This needs at least the role member.')
    await expectProblem(await post(viewer), tooLow)
    await expectProblem(await viewer.fetch('/api/code/cmdb/sync'), tooLow)
    const asked = await post(member)
    expect(asked.status).toBe(202)
    const { id, progressUrl } = RequestedSync.parse(await asked.json())
    expect((await read(progressUrl, member)).id).toBe(id)
    const unknown = problemOf('not-found', 'There is no CMDB sync with the id in the path.')
    await expectProblem(await stranger.fetch(progressUrl), unknown)
    const confirm = `${progressUrl}/confirm-retirement`
    await expectProblem(await post(member, confirm), forbidden)
    await expectProblem(await post(stranger, confirm), unknown)
    expect(await (await stranger.fetch('/api/code/cmdb/sync')).json()).toEqual({ sync: null })
  })

  it('holds the retirement of most of them back until an admin confirms them', { timeout: 60_000 }, async () => {
    const ids = Array.from({ length: 4 }, (_, index) => `repo-${index}`)
    for (const id of ids) await put(id, { name: id })
    await finished(await syncNow())
    for (const id of ids.slice(0, 3)) await product.fetch(path(id), { method: 'DELETE' })
    const held = await syncNow()
    expect(await finished(held)).toMatchObject({ state: 'completed', progress: { retired: 0 }, retirementsHeld: 3 })
    const confirmed = await post(admin, `${held.progressUrl}/confirm-retirement`)
    expect(confirmed.status).toBe(202)
    const next = RequestedSync.parse(await confirmed.json())
    expect(next).toMatchObject({ id: held.id, confirmation: { syncId: next.progressUrl.split('/').at(-1) } })
    expect(await finished(next)).toMatchObject({ progress: { retired: 3 }, retirementsHeld: 0 })
    expect((await cmdb.assets()).filter(({ state }) => state === 'active').map(({ name }) => name)).toEqual(['repo-3'])
  })
})

describe('the hourly timer', () => {
  it('syncs the organizations that have changes, and finds what somebody asked for and nobody started', async () => {
    const { beginSync } = await import('../../../../functions/code/cmdb/sync-turn.ts')
    await put('repo-1')
    const other = newTenantId()
    const { sync } = await beginSync({ store, now: () => new Date() }, { tenantId: other, requestedBy: 'user:x' })
    const latest = async () => (await openProfiles(store).sync.get(sync))?.value.state
    const isDone = async () => (await cmdb.assets()).length === 1 && (await latest()) === 'completed'
    await runTimerUntil(urls.functions, 'code-cmdb-sync-timer', isDone)
  })
})

describe('a command that cannot be understood', () => {
  it('is parked with an incident of the platform', async () => {
    const messageId = `nonsense-${randomUUID()}`
    const queues = await services.queues()
    await queues.send(syncCommand.queue, { messageId, body: JSON.stringify({ id: messageId }), properties: {} })
    const parked = async () => {
      const page = await store.open(incidentTable).parked.list({ owner: platform }, { limit: 1_000 })
      return page.rows.map(({ value }) => value).filter((value) => value.messageId === messageId)
    }
    const [message] = await eventually(parked, ({ length }) => length > 0, 20_000)
    expect(message).toMatchObject({
      subscriber: 'code-sync-cmdb-command',
      queue: 'code-cmdb-commands',
      code: 'event-not-understood',
      detail: 'The message cannot be handled: it is not a command code.cmdb.sync.',
    })
  })
})
