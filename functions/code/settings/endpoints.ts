// Settings of a tenant, and what differs for single clients (SET-1).
import { type SessionCaller, actorOf, session } from '../../../shared/auth/caller.ts'
import type { Services } from '../../../shared/services.ts'
import { http, noBody } from '../../../shared/triggers/http.ts'
import type { Settings, SettingsDraft } from './contract.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')

const readers = [session('code', { atLeast: 'member' })] as const
const writers = [session('code', { atLeast: 'admin' })] as const
const needs = ['DATA_STORAGE'] as const

export const readSettings = http({
  name: 'code-read-settings',
  method: 'GET',
  route: 'code/settings',
  summary: 'What the organization has set, and what holds',
  callers: readers,
  needs,
  returns: { 200: async () => (await contract()).Settings },
  errors: ['storage-unavailable'],
  handler: async ({ caller, services }) => ({ status: 200, body: await shown(services, caller) }),
})

export const putSettings = http({
  name: 'code-put-settings',
  method: 'PUT',
  route: 'code/settings',
  summary: 'Replaces what the organization has set. Refused when somebody else changed it since it was read',
  callers: writers,
  needs,
  body: async () => (await contract()).SettingsDraft,
  returns: { 200: async () => (await contract()).Settings },
  errors: ['storage-unavailable', 'conflict'],
  handler: async ({ body, caller, services }) => ({ status: 200, body: await replaced(services, caller, body) }),
})

export const readClientSettings = http({
  name: 'code-read-client-settings',
  method: 'GET',
  route: 'code/settings/clients/{clientId}',
  queryRoute: 'code/settings/clients',
  summary: 'What differs for a client, and what holds for it',
  callers: readers,
  needs,
  params: async () => (await contract()).ClientPath,
  returns: { 200: async () => (await contract()).Settings },
  errors: ['storage-unavailable', 'not-found'],
  handler: async ({ params: { clientId }, caller, services }) => ({
    status: 200,
    body: await shown(services, caller, clientId),
  }),
})

export const putClientSettings = http({
  name: 'code-put-client-settings',
  method: 'PUT',
  route: 'code/settings/clients/{clientId}',
  queryRoute: 'code/settings/clients',
  summary: 'Replaces what differs for a client. Refused when somebody else changed it since it was read',
  callers: writers,
  needs,
  params: async () => (await contract()).ClientPath,
  body: async () => (await contract()).SettingsDraft,
  returns: { 200: async () => (await contract()).Settings },
  errors: ['storage-unavailable', 'conflict', 'not-found'],
  handler: async ({ params: { clientId }, body, caller, services }) => ({
    status: 200,
    body: await replaced(services, caller, body, clientId),
  }),
})

export const deleteClientSettings = http({
  name: 'code-delete-client-settings',
  method: 'DELETE',
  route: 'code/settings/clients/{clientId}',
  queryRoute: 'code/settings/clients',
  summary: 'Takes away what differs for a client, whatever it is: the settings of the organization hold again',
  callers: writers,
  needs,
  params: async () => (await contract()).ClientPath,
  returns: { 204: noBody },
  errors: ['storage-unavailable', 'conflict', 'not-found'],
  handler: async ({ params: { clientId }, caller, services }) => {
    await refuseUnknown(services, caller, clientId)
    const { removeSettings } = await import('./settings-change.ts')
    await removeSettings(changeOf(services, caller, clientId))
    return { status: 204 }
  },
})

export const readSettingsChanges = http({
  name: 'code-list-settings-changes',
  method: 'GET',
  route: 'code/settings/changes',
  summary: 'Who changed which settings when, with what they were before, newest first. Kept for 400 days',
  callers: readers,
  needs,
  query: async () => (await contract()).ChangeListing,
  returns: { 200: async () => (await contract()).SettingsChanges },
  errors: ['storage-unavailable'],
  handler: async ({ query, caller: { tenantId }, services }) => {
    const { listChanges } = await import('./shown-settings.ts')
    return { status: 200, body: await listChanges(services.store(), tenantId, query) }
  },
})

const shown = async (services: Services, { tenantId }: SessionCaller, clientId?: string): Promise<Settings> => {
  if (clientId !== undefined) await refuseUnknown(services, { tenantId }, clientId)
  const { showSettings } = await import('./shown-settings.ts')
  return showSettings(services.store(), tenantId, clientId)
}

const replaced = async (
  services: Services,
  caller: SessionCaller,
  { settings, revision }: SettingsDraft,
  clientId?: string,
): Promise<Settings> => {
  if (clientId !== undefined) await refuseUnknown(services, caller, clientId)
  const change = changeOf(services, caller, clientId)
  const { forgetSettings, replaceSettings } = await import('./settings-change.ts')
  const row = await replaceSettings(change, settings, revision)
  if (clientId !== undefined) {
    // Whoever removed the client meanwhile may not have seen these.
    await forgetSettings({ ...change, clientId })
    await refuseUnknown(services, caller, clientId)
  }
  const { shownSettings } = await import('./shown-settings.ts')
  return shownSettings(change.store, change, row)
}

const refuseUnknown = async (
  services: Services,
  { tenantId }: { readonly tenantId: string },
  clientId: string,
): Promise<void> => {
  const { refuseUnknownClient } = await import('./shown-settings.ts')
  await refuseUnknownClient(services.store(), tenantId, clientId)
}

const changeOf = (services: Services, caller: SessionCaller, clientId: string | undefined) => ({
  store: services.store(),
  now: services.now,
  tenantId: caller.tenantId,
  clientId,
  by: actorOf(caller),
})
