// Root causes of tickets: asked for by a technician or by PSA, with progress to be seen, and cancelled (AI-5).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { personOf } from '../../../shared/auth/on-behalf.ts'
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const reading = () => import('./reading.ts')
const requesting = () => import('./requesting.ts')

const callers = [session('ai', { atLeast: 'member' }), integrationKey('ai:features:psa')] as const

export const requestRootCause = http({
  name: 'ai-request-root-cause',
  method: 'POST',
  route: 'ai/root-causes',
  summary:
    'Looks for the root cause of a ticket, in the ticket and in the records beside it, and writes the report to the ticket as an internal note. Repeating the request returns the same search, and restarts it if it failed or was cancelled',
  integration: 'ai→psa',
  operation: 'request root causes',
  audit: 'flow.requested',
  callers,
  needs: ['DATA_STORAGE', 'MESSAGE_RETRY_SECONDS', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  flows: true,
  contract,
  body: 'CauseDraft',
  returns: { 202: 'Accepted', 200: 'Accepted' },
  errors: [
    'not-found',
    'forbidden',
    'flow-not-started',
    'storage-unavailable',
    'conflict',
    'ai-opted-out',
    'ai-tier-missing',
    'peer-unavailable',
  ],
  handler: async ({ body, caller, now, tenantId, actor, flows, services }) => {
    const userId = personOf(caller, body.userId, 'body')
    const { requestCause } = await requesting()
    const asking = { services, flows: await flows(), now, tenantId, userId, requestedBy: actor }
    const { causeId: id, outcome, isFinished } = await requestCause(asking, body)
    // A product has to say there as well for whom it asks.
    const onBehalf = caller.kind === 'session' ? '' : `?userId=${encodeURIComponent(userId)}`
    const progressUrl = `/api/ai/root-causes/${id}${onBehalf}`
    const answer = { body: { id, outcome, progressUrl }, headers: { location: progressUrl } }
    return isFinished ? { status: 200, ...answer } : { status: 202, ...answer }
  },
})

export const readRootCause = http({
  name: 'ai-read-root-cause',
  method: 'GET',
  route: 'ai/root-causes/{causeId}',
  summary: 'Returns how far the search for a root cause is, and its report, to the person for whom it was made',
  callers,
  needs: ['DATA_STORAGE'],
  uses: sealedRows,
  flows: true,
  contract,
  params: 'CausePath',
  query: 'CauseQuery',
  returns: { 200: 'ShownCause' },
  errors: ['not-found', 'storage-unavailable', 'vault-unavailable'],
  handler: async ({ params: { causeId }, query, caller, tenantId, services, flows }) => {
    const { readCause, showCause } = await reading()
    const userId = personOf(caller, query.userId, 'query')
    const begun = await readCause(services.store(), { tenantId, causeId, userId })
    return { status: 200, body: await showCause(services, flows, begun) }
  },
})

export const cancelRootCause = http({
  name: 'ai-cancel-root-cause',
  method: 'POST',
  route: 'ai/root-causes/{causeId}/cancel',
  summary:
    'Cancels the search for a root cause. Once the report is being written to the ticket, cancelling is too late',
  audit: 'flow.requested',
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  params: 'CausePath',
  query: 'CauseQuery',
  returns: { 202: 'ShownCause' },
  errors: ['not-found', 'conflict', 'storage-unavailable'],
  handler: async ({ params: { causeId }, query, caller, tenantId, store, now }) => {
    const { readCause, shownCause } = await reading()
    const { cancelCause } = await requesting()
    const { cause, request } = await readCause(store, {
      tenantId,
      causeId,
      userId: personOf(caller, query.userId, 'query'),
    })
    return { status: 202, body: shownCause({ cause, request: await cancelCause({ store, now }, request) }) }
  },
})
