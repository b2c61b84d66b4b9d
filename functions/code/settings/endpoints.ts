// Settings of a tenant, and what differs for single clients (SET-1).
import { session } from '../../../shared/auth/caller.ts'
import type { Store } from '../../../shared/store/store.ts'
import { http, noBody } from '../../../shared/triggers/http.ts'
import type { Settings, SettingsDraft } from './contract.ts'
import type { Change } from './settings-change.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')

const readers = [session('code', { atLeast: 'member' })] as const
const writers = [session('code', { atLeast: 'admin' })] as const
const needs = ['DATA_STORAGE'] as const

export const readSettings = http({
  name: 'code-read-settings',
  method: 'GET',
  route: 'code/settings',
  summary: 'Returns the settings of the organization, as stored and as effective',
  callers: readers,
  needs,
  contract,
  returns: { 200: 'Settings' },
  errors: ['storage-unavailable'],
  handler: async ({ store, tenantId }) => ({ status: 200, body: await shown(store, tenantId) }),
})

export const putSettings = http({
  name: 'code-put-settings',
  method: 'PUT',
  route: 'code/settings',
  summary: 'Replaces the settings of the organization. Refused if they were changed since they were read',
  audit: 'settings.changed',
  callers: writers,
  needs,
  contract,
  body: 'SettingsDraft',
  returns: { 200: 'Settings' },
  errors: ['storage-unavailable', 'conflict'],
  handler: async ({ body, store, now, tenantId, actor }) => ({
    status: 200,
    body: await replaced({ store, now, tenantId, clientId: undefined, by: actor }, body),
  }),
})

export const readClientSettings = http({
  name: 'code-read-client-settings',
  method: 'GET',
  route: 'code/settings/clients/{clientId}',
  queryRoute: 'code/settings/clients',
  summary: 'Returns the settings of a client that differ from the organization, and its effective settings',
  callers: readers,
  needs,
  contract,
  params: 'ClientPath',
  returns: { 200: 'Settings' },
  errors: ['storage-unavailable', 'not-found'],
  handler: async ({ params: { clientId }, store, tenantId }) => ({
    status: 200,
    body: await shown(store, tenantId, clientId),
  }),
})

export const putClientSettings = http({
  name: 'code-put-client-settings',
  method: 'PUT',
  route: 'code/settings/clients/{clientId}',
  queryRoute: 'code/settings/clients',
  summary:
    'Replaces the settings of a client that differ from the organization. Refused if they were changed since they were read',
  audit: 'settings.changed',
  callers: writers,
  needs,
  contract,
  params: 'ClientPath',
  body: 'ClientSettingsDraft',
  returns: { 200: 'Settings' },
  errors: ['storage-unavailable', 'conflict', 'not-found'],
  handler: async ({ params: { clientId }, body, store, now, tenantId, actor }) => ({
    status: 200,
    body: await replaced({ store, now, tenantId, clientId, by: actor }, body),
  }),
})

export const deleteClientSettings = http({
  name: 'code-delete-client-settings',
  method: 'DELETE',
  route: 'code/settings/clients/{clientId}',
  queryRoute: 'code/settings/clients',
  summary: 'Deletes the settings of a client. The settings of the organization apply again',
  audit: 'settings.changed',
  callers: writers,
  needs,
  contract,
  params: 'ClientPath',
  returns: { 204: noBody },
  errors: ['storage-unavailable', 'conflict', 'not-found'],
  handler: async ({ params: { clientId }, store, now, tenantId, actor }) => {
    await refuseUnknown(store, tenantId, clientId)
    const { removeSettings } = await import('./settings-change.ts')
    await removeSettings({ store, now, tenantId, clientId, by: actor })
    return { status: 204 }
  },
})

export const readSettingsChanges = http({
  name: 'code-list-settings-changes',
  method: 'GET',
  route: 'code/settings/changes',
  summary: 'Lists the changes of settings, newest first: who made them, when, and the values before. Kept for 400 days',
  callers: readers,
  needs,
  contract,
  query: 'ChangeListing',
  returns: { 200: 'SettingsChanges' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => {
    const { listChanges } = await import('./shown-settings.ts')
    return { status: 200, body: await listChanges(store, tenantId, query) }
  },
})

const shown = async (store: Store, tenantId: string, clientId?: string): Promise<Settings> => {
  if (clientId !== undefined) await refuseUnknown(store, tenantId, clientId)
  const { showSettings } = await import('./shown-settings.ts')
  return showSettings(store, tenantId, clientId)
}

const replaced = async (change: Change, { settings, revision }: SettingsDraft): Promise<Settings> => {
  const { store, tenantId, clientId } = change
  if (clientId !== undefined) await refuseUnknown(store, tenantId, clientId)
  const { forgetSettings, replaceSettings } = await import('./settings-change.ts')
  const row = await replaceSettings(change, settings, revision)
  if (clientId !== undefined) {
    // Whoever removed the client meanwhile may not have seen these.
    await forgetSettings({ ...change, clientId })
    await refuseUnknown(store, tenantId, clientId)
  }
  const { shownSettings } = await import('./shown-settings.ts')
  return shownSettings(store, change, row)
}

const refuseUnknown = async (store: Store, tenantId: string, clientId: string): Promise<void> => {
  const { refuseUnknownClient } = await import('./shown-settings.ts')
  await refuseUnknownClient(store, tenantId, clientId)
}
