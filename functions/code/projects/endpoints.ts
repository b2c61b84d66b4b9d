// Projects of The One Code: a migration recommendation becomes a billable project of PSA, with progress to be seen (CODE-3).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')
const reading = () => import('./reading.ts')
const requesting = () => import('./requesting.ts')

const readers = [session('code', { atLeast: 'viewer' }), integrationKey('code:projects:read')] as const
const writers = [session('code', { atLeast: 'member' }), integrationKey('code:projects:write')] as const

export const requestProject = http({
  name: 'code-request-project',
  method: 'POST',
  route: 'code/projects',
  summary:
    'Turns a migration recommendation into a billable PSA project. Each recommendation has one project: repeating the request returns it, and restarts it if it failed',
  integration: 'suite→flows',
  operation: 'request projects',
  audit: 'flow.requested',
  callers: writers,
  needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS'],
  flows: true,
  contract,
  body: async () => (await import('./recommendation.ts')).Recommendation,
  bodyBytesMax: 1_048_576,
  returns: { 202: 'Accepted', 200: 'Accepted' },
  errors: ['flow-not-started', 'storage-unavailable', 'conflict'],
  handler: async ({ body, store, now, tenantId, actor, flows }) => {
    const {
      projectId: id,
      outcome,
      ignored,
      isFinished,
    } = await (
      await requesting()
    ).requestProject(
      {
        store,
        flows: await flows(),
        now,
        tenantId,
        requestedBy: actor,
      },
      body,
    )
    const progressUrl = `/api/code/projects/${id}`
    const accepted = { id, outcome, ignored: [...ignored], progressUrl }
    const headers = { location: progressUrl }
    return isFinished ? { status: 200, body: accepted, headers } : { status: 202, body: accepted, headers }
  },
})

export const readProjects = http({
  name: 'code-list-projects',
  method: 'GET',
  route: 'code/projects',
  summary: "Lists the projects of recommendations, newest first, with the last known state of PSA's projects",
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'Listing',
  returns: { 200: 'Projects' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => ({
    status: 200,
    body: await (await reading()).listProjects(store, tenantId, query),
  }),
})

export const readProject = http({
  name: 'code-read-project',
  method: 'GET',
  route: 'code/projects/{projectId}',
  summary: 'Returns the progress of a project and its current state in PSA',
  integration: 'code→psa',
  operation: 'read projects',
  callers: readers,
  needs: ['DATA_STORAGE'],
  flows: true,
  contract,
  params: 'ProjectPath',
  returns: { 200: 'Project' },
  errors: ['not-found', 'storage-unavailable'],
  handler: async ({ params: { projectId }, tenantId, store, now, services, flows }) => {
    const { readProject: read, showProject } = await reading()
    const begun = await read(store, tenantId, projectId)
    const asking = { store, psa: services.forReading.psa, flows, now }
    return { status: 200, body: await showProject(asking, begun) }
  },
})

export const cancelProject = http({
  name: 'code-cancel-project',
  method: 'POST',
  route: 'code/projects/{projectId}/cancel',
  summary:
    'Cancels a project. Once PSA has been asked for it, cancelling is too late: the project is created, and its state says so. A cancelled recommendation cannot be restarted',
  audit: 'flow.requested',
  callers: writers,
  needs: ['DATA_STORAGE'],
  contract,
  params: 'ProjectPath',
  returns: { 202: 'Project' },
  errors: ['not-found', 'conflict', 'storage-unavailable'],
  handler: async ({ params: { projectId }, tenantId, store, now }) => {
    const { readProject: read, shownProject } = await reading()
    const { cancelProject: cancel } = await requesting()
    const { project, request } = await read(store, tenantId, projectId)
    const cancelled = await cancel({ store, now }, request)
    return { status: 202, body: shownProject({ project, request: cancelled }) }
  },
})
