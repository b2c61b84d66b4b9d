// What The One Code tells about its sources, each of which becomes an event once (CODE-8).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http, noBody } from '../../../shared/triggers/http.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')

const callers = [session('code', { atLeast: 'admin' }), integrationKey('code:sources:write')] as const
const readers = [session('code', { atLeast: 'member' })] as const
const needs = ['DATA_STORAGE', 'BUS_API_URL', 'BUS_INTEGRATION_KEY'] as const
/** An event that cannot be published now is left to the outbox timer; that it cannot is an incident all the same. */
const publishing = { integration: 'code→bus', operation: 'publish events' } as const
const storeErrors = ['storage-unavailable', 'conflict'] as const
/** Reports may overtake the registration of their repository: who sends them repeats what is refused so. */
const ofKnown = 'Refused until the repository is registered, and while its organization is not connected'

export const connectOrganization = http({
  name: 'code-connect-organization',
  method: 'PUT',
  route: 'code/organizations/{orgId}',
  queryRoute: 'code/organizations',
  summary: 'Connects a source-control organization. Repeating it updates the login and the count',
  audit: 'source.changed',
  callers,
  needs,
  ...publishing,
  contract,
  params: 'OrganizationPath',
  body: 'OrganizationDraft',
  returns: {
    201: 'Organization',
    200: 'Organization',
  },
  errors: storeErrors,
  handler: async ({ params: { orgId }, body, store, now, tenantId, services }) => {
    const { connectOrganization: connect } = await import('./organizations.ts')
    const { organization, isNew } = await connect({ store, now, tenantId, bus: services.bus }, orgId, body)
    return { status: isNew ? 201 : 200, body: organization }
  },
})

export const disconnectOrganization = http({
  name: 'code-disconnect-organization',
  method: 'DELETE',
  route: 'code/organizations/{orgId}',
  queryRoute: 'code/organizations',
  summary: 'Disconnects a source-control organization and retires its assets in CMDB. Repeating it changes nothing',
  audit: 'source.changed',
  callers,
  needs,
  ...publishing,
  contract,
  params: 'OrganizationPath',
  returns: { 204: noBody },
  errors: [...storeErrors, 'not-found'],
  handler: async ({ params: { orgId }, store, now, tenantId, services }) => {
    const { disconnectOrganization: disconnect } = await import('./organizations.ts')
    await disconnect({ store, now, tenantId, bus: services.bus }, orgId)
    return { status: 204 }
  },
})

export const readOrganizations = http({
  name: 'code-list-organizations',
  method: 'GET',
  route: 'code/organizations',
  summary: 'Lists all source-control organizations that are or were connected, by id',
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'OrganizationQuery',
  returns: { 200: 'ListedOrganizations' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => {
    const { listOrganizations } = await import('./listing.ts')
    return { status: 200, body: await listOrganizations(store, tenantId, query) }
  },
})

export const discoverRepository = http({
  name: 'code-discover-repository',
  method: 'PUT',
  route: 'code/organizations/{orgId}/repositories/{repositoryId}',
  queryRoute: 'code/repositories',
  summary:
    'Registers a repository of a connected organization. Repeating it updates its name and whether it is archived',
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers,
  needs,
  ...publishing,
  contract,
  params: 'RepositoryPath',
  body: 'RepositoryDraft',
  returns: { 201: 'Repository', 200: 'Repository' },
  errors: [...storeErrors, 'not-found'],
  handler: async ({ params: { orgId, repositoryId }, body, store, now, tenantId, services }) => {
    const { discoverRepository: discover } = await import('./repositories.ts')
    const { repository, isNew } = await discover({ store, now, tenantId, bus: services.bus }, orgId, {
      id: repositoryId,
      ...body,
    })
    return { status: isNew ? 201 : 200, body: repository }
  },
})

export const discoverRepositories = http({
  name: 'code-discover-repositories',
  method: 'POST',
  route: 'code/organizations/{orgId}/repositories',
  queryRoute: 'code/repositories',
  summary: 'Registers up to 45 repositories of a connected organization. Repeating it updates their state',
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers,
  needs,
  ...publishing,
  contract,
  params: 'OrganizationPath',
  body: 'Repositories',
  returns: { 200: 'DiscoveryReport' },
  errors: [...storeErrors, 'not-found'],
  handler: async ({ params: { orgId }, body: { repositories }, store, now, tenantId, services }) => {
    const { discoverRepositories: discover } = await import('./repositories.ts')
    const results = await discover({ store, now, tenantId, bus: services.bus }, orgId, repositories)
    const idsOf = (wanted: boolean): string[] =>
      results.filter(({ isNew }) => isNew === wanted).map(({ repository }) => repository.repositoryId)
    return { status: 200, body: { discovered: idsOf(true), known: idsOf(false) } }
  },
})

export const readRepositories = http({
  name: 'code-list-repositories',
  method: 'GET',
  route: 'code/repositories',
  summary: 'Lists the registered repositories by id, each with its current organization',
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'RepositoryQuery',
  returns: { 200: 'ListedRepositories' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => {
    const { listRepositories } = await import('./listing.ts')
    return { status: 200, body: await listRepositories(store, tenantId, query) }
  },
})

export const requestBackup = http({
  name: 'code-request-backup',
  method: 'PUT',
  route: 'code/backups/{jobId}',
  queryRoute: 'code/backups',
  summary: `Requests a backup of a repository. Each job is requested once. ${ofKnown}`,
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers: [...readers, integrationKey('code:sources:write')],
  needs,
  ...publishing,
  contract,
  params: 'BackupPath',
  body: 'BackupDraft',
  returns: { 202: 'Backup' },
  errors: [...storeErrors, 'not-found', 'idempotency-key-reused'],
  handler: async ({ params: { jobId }, body, store, now, tenantId, services }) => {
    const { requestBackup: request } = await import('./backups.ts')
    return { status: 202, body: await request({ store, now, tenantId, bus: services.bus }, jobId, body) }
  },
})

export const recordDocumentation = http({
  name: 'code-record-documentation',
  method: 'PUT',
  route: 'code/repositories/{repositoryId}/documentation-runs/{runId}',
  queryRoute: 'code/documentation-runs',
  summary: `Reports that documents of a repository were generated. ${ofKnown}`,
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers,
  needs,
  ...publishing,
  contract,
  params: 'DocumentationRunPath',
  body: 'DocumentationRunDraft',
  returns: {
    201: 'DocumentationRun',
    200: 'DocumentationRun',
  },
  errors: [...storeErrors, 'not-found', 'idempotency-key-reused'],
  handler: async ({ params, body, store, now, tenantId, services }) => {
    const { recordDocumentationRun } = await import('./documentation.ts')
    const { run, isNew } = await recordDocumentationRun(
      { store, now, tenantId, bus: services.bus },
      { ...params, ...body },
    )
    return { status: isNew ? 201 : 200, body: run }
  },
})

export const recordRefresh = http({
  name: 'code-record-refresh',
  method: 'PUT',
  route: 'code/repositories/{repositoryId}/documents/{docType}/refreshes/{refreshId}',
  queryRoute: 'code/document-refreshes',
  summary: `Reports that a document of a repository was refreshed. ${ofKnown}`,
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers,
  needs,
  ...publishing,
  contract,
  params: 'RefreshPath',
  body: 'RefreshDraft',
  returns: { 201: 'Refresh', 200: 'Refresh' },
  errors: [...storeErrors, 'not-found'],
  handler: async ({ params, store, now, tenantId, services }) => {
    const { recordRefresh: record } = await import('./documentation.ts')
    const { refresh, isNew } = await record({ store, now, tenantId, bus: services.bus }, params)
    return { status: isNew ? 201 : 200, body: refresh }
  },
})

export const recordScan = http({
  name: 'code-record-scan',
  method: 'PUT',
  route: 'code/repositories/{repositoryId}/scans/{scanId}',
  queryRoute: 'code/scans',
  summary: `Reports a finished scan of a repository for secrets. Each secret that the previous scan did not have becomes an event. ${ofKnown}`,
  audit: 'source.changed',
  auditsPeopleAlone: true,
  callers,
  needs,
  ...publishing,
  contract,
  params: 'ScanPath',
  body: 'ScanDraft',
  bodyBytesMax: 1_048_576,
  returns: { 201: 'ScanReport' },
  errors: [...storeErrors, 'not-found', 'idempotency-key-reused'],
  handler: async ({ params, body, store, now, tenantId, services }) => {
    const { recordScan: record } = await import('./scans.ts')
    return { status: 201, body: await record({ store, now, tenantId, bus: services.bus }, { ...body, ...params }) }
  },
})
