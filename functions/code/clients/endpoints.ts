// The clients of a tenant, and which organizations and repositories belong to them (SET-1).
import { session } from '../../../shared/auth/caller.ts'
import { http, noBody } from '../../../shared/triggers/http.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')
const work = () => import('./clients.ts')

const readers = [session('code', { atLeast: 'member' })] as const
const writers = [session('code', { atLeast: 'admin' })] as const
const needs = ['DATA_STORAGE'] as const
const storeErrors = ['storage-unavailable', 'conflict'] as const

export const readClients = http({
  name: 'code-list-clients',
  method: 'GET',
  route: 'code/clients',
  summary: 'Lists the client companies by id',
  callers: readers,
  needs,
  contract,
  query: 'Listing',
  returns: { 200: 'Clients' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => ({
    status: 200,
    body: await (await work()).listClients(store, tenantId, query),
  }),
})

export const putClient = http({
  name: 'code-put-client',
  method: 'PUT',
  route: 'code/clients/{clientId}',
  queryRoute: 'code/clients',
  summary: 'Creates or replaces a client company. If two requests run at once, the later one wins',
  audit: 'client.changed',
  callers: writers,
  needs,
  contract,
  params: 'ClientPath',
  body: 'ClientDraft',
  returns: { 201: 'Client', 200: 'Client' },
  errors: storeErrors,
  handler: async ({ params: { clientId }, body, tenantId, store }) => {
    const { client, isNew } = await (await work()).putClient(store, { ...body, tenantId, clientId })
    return { status: isNew ? 201 : 200, body: client }
  },
})

export const deleteClient = http({
  name: 'code-delete-client',
  method: 'DELETE',
  route: 'code/clients/{clientId}',
  queryRoute: 'code/clients',
  summary:
    'Deletes a client company and its settings. Refused while a mapping refers to it. Deleting an unknown client succeeds',
  audit: 'client.changed',
  callers: writers,
  needs,
  contract,
  params: 'ClientPath',
  returns: { 204: noBody },
  errors: storeErrors,
  handler: async ({ params: { clientId }, store, now, tenantId, actor }) => {
    const { removeClient } = await import('./client-removal.ts')
    await removeClient({ store, now, by: actor, tenantId, clientId })
    return { status: 204 }
  },
})

export const readClientMappings = http({
  name: 'code-list-client-mappings',
  method: 'GET',
  route: 'code/client-mappings',
  summary: 'Lists the mappings of organizations and repositories to clients',
  callers: readers,
  needs,
  contract,
  query: 'Listing',
  returns: { 200: 'ClientMappings' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => ({
    status: 200,
    body: await (await work()).listMappings(store, tenantId, query),
  }),
})

export const putClientMapping = http({
  name: 'code-put-client-mapping',
  method: 'PUT',
  route: 'code/client-mappings/{source}/{sourceId}',
  queryRoute: 'code/client-mappings',
  summary:
    'Maps an organization or a repository to a client. The mapping of a repository takes precedence over that of its organization',
  audit: 'client.changed',
  callers: writers,
  needs,
  contract,
  params: 'MappingPath',
  body: 'MappingDraft',
  returns: { 201: 'ClientMapping', 200: 'ClientMapping' },
  errors: storeErrors,
  handler: async ({ params, body, tenantId, store }) => {
    const { mapping, isNew } = await (await work()).putMapping(store, { ...params, ...body, tenantId })
    return { status: isNew ? 201 : 200, body: mapping }
  },
})

export const deleteClientMapping = http({
  name: 'code-delete-client-mapping',
  method: 'DELETE',
  route: 'code/client-mappings/{source}/{sourceId}',
  queryRoute: 'code/client-mappings',
  summary: 'Deletes a mapping. Deleting an unknown mapping succeeds',
  audit: 'client.changed',
  callers: writers,
  needs,
  contract,
  params: 'MappingPath',
  returns: { 204: noBody },
  errors: ['storage-unavailable'],
  handler: async ({ params, tenantId, store }) => {
    await (await work()).deleteMapping(store, { ...params, tenantId })
    return { status: 204 }
  },
})
