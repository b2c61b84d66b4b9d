// Application profiles as The One Code hands them over, and their sync to CMDB as people ask for it (CODE-6).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http, noBody } from '../../../shared/triggers/http.ts'
import { syncCommand } from './sync-command.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')
const work = () => import('./syncs.ts')

const profileCallers = [session('code', { atLeast: 'admin' }), integrationKey('code:sources:write')] as const
const readers = [session('code', { atLeast: 'member' })] as const
/** It sends what is there, and retires no more than the nightly run would. */
const technicians = readers
const admins = [session('code', { atLeast: 'admin' })] as const
const needs = ['DATA_STORAGE'] as const
const startsSyncs = { sendsTo: [syncCommand.queue] } as const
/** The product hands over all its repositories, one after the other. */
const rate = { by: 'caller', perMinute: 6_000 } as const
const storeErrors = ['storage-unavailable', 'conflict'] as const

export const putAppProfile = http({
  name: 'code-put-app-profile',
  method: 'PUT',
  route: 'code/app-profiles/{repositoryId}',
  queryRoute: 'code/app-profiles',
  summary: 'Stores the current application profile of a repository. Only changes are synced to CMDB',
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers: profileCallers,
  needs,
  rate,
  contract,
  params: 'ProfilePath',
  body: 'ProfileDraft',
  returns: { 201: 'AppProfile', 200: 'AppProfile' },
  errors: storeErrors,
  handler: async ({ params: { repositoryId }, body, tenantId, store, now }) => {
    const { refuseAhead } = await import('../../../shared/schema/time.ts')
    if (body.lastCommitAt !== undefined) refuseAhead('body.lastCommitAt', body.lastCommitAt, now())
    const { putProfile } = await import('./profiles.ts')
    const tools = { store, now }
    const { profile, isNew } = await putProfile(tools, { tenantId, repositoryId }, body)
    return { status: isNew ? 201 : 200, body: profile }
  },
})

export const deleteAppProfile = http({
  name: 'code-delete-app-profile',
  method: 'DELETE',
  route: 'code/app-profiles/{repositoryId}',
  queryRoute: 'code/app-profiles',
  summary: 'Reports that a repository no longer exists: the next sync retires its asset. Repeating it changes nothing',
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers: profileCallers,
  needs,
  rate,
  contract,
  params: 'ProfilePath',
  returns: { 204: noBody },
  errors: [...storeErrors, 'not-found'],
  handler: async ({ params: { repositoryId }, tenantId, store, now }) => {
    const { removeProfile } = await import('./profiles.ts')
    await removeProfile({ store, now }, { tenantId, repositoryId })
    return { status: 204 }
  },
})

export const readAppProfiles = http({
  name: 'code-list-app-profiles',
  method: 'GET',
  route: 'code/app-profiles',
  summary: 'Lists the application profiles by repository, each with its state in CMDB',
  callers: readers,
  needs,
  contract,
  query: 'ProfileQuery',
  returns: { 200: 'ListedProfiles' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => {
    const { listProfiles } = await import('./profiles.ts')
    return { status: 200, body: await listProfiles({ store }, tenantId, query) }
  },
})

export const readCmdbRefusals = http({
  name: 'code-list-cmdb-refusals',
  method: 'GET',
  route: 'code/cmdb/refusals',
  summary: "Lists the repositories whose assets CMDB refuses, with CMDB's reason",
  callers: readers,
  needs,
  contract,
  query: 'RefusalQuery',
  returns: { 200: 'CmdbRefusals' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => {
    const { listRefusals } = await import('./refusal.ts')
    return { status: 200, body: await listRefusals(store, tenantId, query) }
  },
})

export const requestCmdbSync = http({
  name: 'code-sync-cmdb',
  method: 'POST',
  route: 'code/cmdb/sync',
  summary: 'Syncs application profiles to CMDB now. Returns the running sync if there is one',
  integration: 'suite→queues',
  operation: 'ask for CMDB syncs',
  audit: 'sync.requested',
  callers: technicians,
  needs: ['DATA_STORAGE', 'SERVICE_BUS'],
  uses: startsSyncs,
  contract,
  returns: { 202: 'RequestedSync' },
  errors: storeErrors,
  handler: async ({ tenantId, actor, services }) => {
    const { requestSync } = await work()
    const sync = await requestSync(services, { tenantId, requestedBy: actor })
    return accepted(sync, sync.id)
  },
})

export const reconcileCmdb = http({
  name: 'code-reconcile-cmdb',
  method: 'POST',
  route: 'code/cmdb/reconcile',
  summary: 'Sends every application profile to CMDB again, which repairs assets that were changed or deleted there',
  audit: 'sync.requested',
  callers: admins,
  needs: ['DATA_STORAGE', 'SERVICE_BUS'],
  uses: startsSyncs,
  contract,
  returns: { 202: 'RequestedSync' },
  errors: storeErrors,
  handler: async ({ tenantId, actor, services }) => {
    const { requestReconciliation } = await work()
    const sync = await requestReconciliation(services, { tenantId, requestedBy: actor })
    return accepted(sync, sync.id)
  },
})

export const readCmdbSync = http({
  name: 'code-read-cmdb-sync',
  method: 'GET',
  route: 'code/cmdb/sync/{requestId}',
  summary: 'Returns the progress or the result of a sync to CMDB',
  callers: readers,
  needs,
  contract,
  params: 'SyncPath',
  returns: { 200: 'CmdbSync' },
  errors: ['storage-unavailable', 'not-found'],
  handler: async ({ params: { requestId }, tenantId, services }) => {
    const { readSync } = await work()
    return { status: 200, body: await readSync(services, { tenantId, requestId }) }
  },
})

export const readLatestCmdbSync = http({
  name: 'code-read-latest-cmdb-sync',
  method: 'GET',
  route: 'code/cmdb/sync',
  summary: 'Returns the latest sync to CMDB',
  callers: readers,
  needs,
  contract,
  returns: { 200: 'LatestSync' },
  errors: ['storage-unavailable'],
  handler: async ({ tenantId, services }) => {
    const { readLatestSync } = await work()
    return { status: 200, body: { sync: await readLatestSync(services, tenantId) } }
  },
})

export const confirmCmdbRetirement = http({
  name: 'code-confirm-cmdb-retirement',
  method: 'POST',
  route: 'code/cmdb/sync/{requestId}/confirm-retirement',
  summary:
    'Confirms the retirement of the assets that a sync held back because there are so many. Repeating it changes nothing',
  integration: 'suite→queues',
  operation: 'confirm CMDB retirements',
  audit: 'sync.requested',
  callers: admins,
  needs: ['DATA_STORAGE', 'SERVICE_BUS'],
  uses: startsSyncs,
  contract,
  params: 'SyncPath',
  returns: { 202: 'RequestedSync' },
  errors: [...storeErrors, 'not-found'],
  handler: async ({ params: { requestId }, tenantId, actor, services }) => {
    const { confirmRetirement } = await work()
    const key = { tenantId, requestId }
    const held = await confirmRetirement(services, key, actor)
    return accepted(held, held.confirmation?.syncId ?? held.id)
  },
})

const accepted = <Sync extends object>(sync: Sync, progressOf: string) => {
  const progressUrl = `/api/code/cmdb/sync/${progressOf}`
  return { status: 202, headers: { location: progressUrl }, body: { ...sync, progressUrl } } as const
}
