// Studies of The One Code: what the AI Platform writes about a repository, with progress to be seen (CODE-7).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

/** What goes in and out. Like the work itself, it is loaded by the first call: a cold start pays only for what every call needs. */
const contract = () => import('./contract.ts')
const reading = () => import('./reading.ts')

const readers = [session('code', { atLeast: 'viewer' }), integrationKey('code:studies:read')] as const
const writers = [session('code', { atLeast: 'member' }), integrationKey('code:studies:write')] as const

export const requestStudy = http({
  name: 'code-request-study',
  method: 'POST',
  route: 'code/studies',
  summary:
    'Asks the AI Platform about a repository: documentation in up to eight kinds, technical debt, ways to migrate, regulations, critical files, or the review in prose. Repeating the request returns the same study, and restarts it if it failed',
  integration: 'suite→flows',
  operation: 'request studies',
  audit: 'flow.requested',
  callers: writers,
  needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS'],
  flows: true,
  contract,
  body: async () => (await import('./study.ts')).Study,
  bodyBytesMax: 1_048_576,
  returns: { 202: 'Accepted', 200: 'Accepted' },
  errors: ['flow-not-started', 'storage-unavailable', 'conflict', 'not-found'],
  handler: async ({ body, store, now, tenantId, actor, flows, services }) => {
    const { requestStudy: request } = await import('./requesting.ts')
    const asking = { store, flows: await flows(), now, tenantId, requestedBy: actor, bus: services.bus }
    const { studyId: id, outcome, isFinished } = await request(asking, body)
    const progressUrl = `/api/code/studies/${id}`
    const answer = { body: { id, outcome, progressUrl }, headers: { location: progressUrl } }
    return isFinished ? { status: 200, ...answer } : { status: 202, ...answer }
  },
})

export const readStudies = http({
  name: 'code-list-studies',
  method: 'GET',
  route: 'code/studies',
  summary: 'Lists studies, newest first',
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'Listing',
  returns: { 200: 'Studies' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => ({
    status: 200,
    body: await (await reading()).listStudies(store, tenantId, query),
  }),
})

export const readStudy = http({
  name: 'code-read-study',
  method: 'GET',
  route: 'code/studies/{studyId}',
  summary: 'Returns the progress of a study, and what it has written until now',
  callers: readers,
  needs: ['DATA_STORAGE'],
  flows: true,
  contract,
  params: 'StudyPath',
  returns: { 200: 'ShownStudy' },
  errors: ['not-found', 'storage-unavailable'],
  handler: async ({ params: { studyId }, tenantId, store, now, flows }) => {
    const { readStudy: read, showStudy } = await reading()
    return { status: 200, body: await showStudy({ store, flows, now }, await read(store, tenantId, studyId)) }
  },
})

export const readStudyPart = http({
  name: 'code-read-study-part',
  method: 'GET',
  route: 'code/studies/{studyId}/parts/{part}',
  summary: 'Returns what a study has written: a document, or the answer',
  callers: readers,
  needs: ['DATA_STORAGE'],
  contract,
  params: 'PartPath',
  returns: { 200: 'StudyPart' },
  errors: ['not-found', 'storage-unavailable'],
  handler: async ({ params: { studyId, part }, tenantId, store }) => ({
    status: 200,
    body: await (await reading()).readPart(store, { tenantId, studyId, part }),
  }),
})
