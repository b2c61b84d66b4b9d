// Shows the search for a root cause: how far it is, and what it has found.
import { AppError } from '../../../shared/errors.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { type WaitingFor, readWait } from '../../../shared/flows/flow-wait.ts'
import { showRequest } from '../../../shared/flows/shown-request.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { Report, type ShownCause } from './contract.ts'
import { rootCauseFlowName } from './flow-name.ts'
import { type StoredCause, rootCauseTable, unseal } from './root-cause-table.ts'

type BegunCause = { readonly cause: StoredCause; readonly request: FlowRequest }

/** @throws AppError `not-found`, also for one of somebody else: it has what that person may see */
export const readCause = async (
  store: Store,
  { tenantId, causeId, userId }: Pick<StoredCause, 'tenantId' | 'causeId' | 'userId'>,
): Promise<BegunCause> => {
  const cause = (await store.open(rootCauseTable).cause.get({ tenantId, causeId }))?.value
  const requestId = cause && requestIdOf(causeId, cause.attempt)
  const flow = rootCauseFlowName
  const request = requestId && (await store.open(flowRequestTable).request.get({ tenantId, flow, requestId }))
  if (cause?.userId === userId && request) return { cause, request: request.value }
  throw new AppError('not-found', 'There is no such search of yours.')
}

export const showCause = async (
  services: Services,
  flows: () => Promise<FlowClient>,
  begun: BegunCause,
): Promise<ShownCause> => {
  const { cause, request } = begun
  const store = services.store()
  const isRunning = request.state === 'started'
  const [progress, waitingFor] = isRunning
    ? await Promise.all([
        flows().then(async (client) => (await showRequest(client, request)).progress),
        readWait({ store, now: services.now }, request),
      ])
    : []
  const row = await store.open(rootCauseTable).report.get(cause)
  const report = row && Report.parse(await unseal(services, cause, 'report', row.value.sealed))
  return shownCause(begun, {
    ...(progress && { progress }),
    ...(waitingFor && { waitingFor }),
    ...(report && { report }),
  })
}

type Shown = {
  readonly progress?: ShownCause['progress']
  readonly waitingFor?: WaitingFor
  readonly report?: Report
}

export const shownCause = ({ cause, request }: BegunCause, shown: Shown = {}): ShownCause => ({
  id: cause.causeId,
  ticketId: cause.ticketId,
  state: stateOf(request),
  attempt: cause.attempt,
  ...shown,
  ...(request.problem && { problem: request.problem }),
  requestedAt: cause.requestedAt,
  ...(request.finishedAt !== undefined && { finishedAt: request.finishedAt }),
})

const stateOf = ({ state, finishedAt, cancelRequestedAt }: FlowRequest): ShownCause['state'] =>
  finishedAt === undefined && cancelRequestedAt !== undefined ? 'cancelling' : state
