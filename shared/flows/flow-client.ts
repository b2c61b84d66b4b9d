// Starts orchestrations and asks how far they are, through the Durable client that the host gives a function.
import type { InvocationContext } from '@azure/functions'
import type { DurableClient } from 'durable-functions'
import { AppError, isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../telemetry/trace.ts'
import type { FlowStart } from './flow-envelope.ts'
import { type FlowRequest, flowRequestTable, flowStartBuckets, flowStartTable, instanceIdOf } from './flow-request.ts'

/** What is shown of an orchestration that runs. Small: it is kept with every step. */
export type FlowProgress = Readonly<Record<string, string | number | boolean>>

export type FlowsAsked = {
  readonly tenantId: string
  /** The same id is the same request: it is started once, however often it is asked for. */
  readonly requestId: string
  readonly requestedBy: string
  /** Digest of what is asked for. */
  readonly contentHash: string
}

export type FlowClient = {
  /**
   * Starts the orchestration unless it was asked for before. Throws `idempotency-key-reused` for the same request id with another
   * content, `flow-not-started` when the task hub is away: the request is kept then, and the app's start timer starts it.
   * @param flow the orchestration's name
   * @returns the request as it stands, and whether this call made it
   */
  readonly start: (
    flow: string,
    asked: FlowsAsked,
  ) => Promise<{ readonly request: FlowRequest; readonly isNew: boolean }>
  /** Goes on with a start that was cut off; for the start timer alone, which knows that nobody else is at it. */
  readonly resume: (request: FlowRequest) => Promise<void>
  /** What the orchestration says of itself now; undefined before it has said something, and once its history is gone. */
  readonly progressOf: (request: FlowRequest) => Promise<FlowProgress | undefined>
  /**
   * Deletes the histories of orchestrations that were begun before this moment and are over. Their requests stay: they tell how it ended,
   * and that it is not to be started again. Throws `flow-not-started` when the task hub cannot be asked.
   * @returns how many there were
   */
  readonly deleteHistories: (begunBefore: Date) => Promise<number>
}

/** @param context of an invocation whose function has `flows: true` */
export const createFlowClient = async (services: Services, context: InvocationContext): Promise<FlowClient> => {
  const { getClient, OrchestrationRuntimeStatus: status } = await import('./durable-client.ts')
  const durable = getClient(context)
  const store = services.store()
  return {
    start: async (flow, asked) => {
      const { request, isNew } = await insertRequest(store, services.now(), flow, asked)
      // Whoever made the request starts it, nobody else: one that starts it later, when it is over, would have the host run it again.
      if (!isNew) return { request, isNew }
      await startInstance(durable, services, request)
      return { request: await markStarted(store, request), isNew }
    },
    resume: async (request) => {
      if (!(await statusOf(durable, request.instanceId))) await startInstance(durable, services, request)
      await markStarted(store, request)
    },
    progressOf: async ({ flow, tenantId, requestId, instanceId }) => {
      try {
        return ((await statusOf(durable, instanceId))?.customStatus ?? undefined) as FlowProgress | undefined
      } catch (error) {
        log.warn('flow.progress.unknown', { flow, tenantId, requestId, error })
        return undefined
      }
    },
    deleteHistories: async (begunBefore) => {
      try {
        const { instancesDeleted } = await durable.purgeInstanceHistoryBy({
          // Required, so as early as anything can be.
          createdTimeFrom: new Date('2020-01-01T00:00:00Z'),
          createdTimeTo: begunBefore,
          runtimeStatus: [status.Completed, status.Failed, status.Terminated],
        })
        return instancesDeleted
      } catch (error) {
        throw new AppError('flow-not-started', 'The task hub does not delete histories.', { cause: error })
      }
    },
  }
}

const insertRequest = async (
  store: Store,
  now: Date,
  flow: string,
  { tenantId, requestId, requestedBy, contentHash }: FlowsAsked,
): Promise<{ readonly request: FlowRequest; readonly isNew: boolean }> => {
  const rows = store.open(flowRequestTable).request
  const since = now.toISOString()
  const request: FlowRequest = {
    tenantId,
    flow,
    requestId,
    instanceId: instanceIdOf(tenantId, flow, requestId),
    state: 'requested',
    contentHash,
    requestedAt: since,
    requestedBy,
    traceparent: outgoingTraceparent(currentTrace() ?? newTrace()),
  }
  const known = await rows.get(request)
  if (!known) {
    await store.open(flowStartTable).marker.upsert(markerOf(request))
    try {
      return { request: (await rows.insert(request)).value, isNew: true }
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error
    }
  }
  const existing = known ?? (await rows.get(request))
  if (!existing) throw new AppError('conflict', 'The request was deleted in the meantime. Repeat it.')
  if (existing.value.contentHash !== contentHash)
    throw new AppError('idempotency-key-reused', 'This was requested before with different content.')
  return { request: existing.value, isNew: false }
}

const markerOf = ({ tenantId, flow, requestId, requestedAt }: FlowRequest) => ({
  bucket: flowStartBuckets.of(tenantId),
  since: requestedAt,
  tenantId,
  flow,
  requestId,
})

/** One that runs is not started again: the host refuses it. */
const startInstance = async (
  durable: DurableClient,
  services: Services,
  { tenantId, flow, requestId, instanceId, traceparent }: FlowRequest,
): Promise<void> => {
  const { MESSAGE_RETRY_SECONDS: retrySeconds } = services.config.require('MESSAGE_RETRY_SECONDS')
  const input: FlowStart = { tenantId, requestId, traceparent, retrySeconds }
  try {
    await durable.startNew(flow, { instanceId, input })
  } catch (error) {
    throw new AppError('flow-not-started', `The orchestration ${flow} could not be started yet. It starts later.`, {
      cause: error,
    })
  }
}

/** It may have finished by now: then it stays as it is. */
const markStarted = async (store: Store, request: FlowRequest): Promise<FlowRequest> => {
  const { value } = await store.open(flowRequestTable).request.modify(request, (current) => {
    if (!current) throw new AppError('not-found', 'The request of the orchestration no longer exists.')
    return current.state === 'requested' ? { ...current, state: 'started' } : current
  })
  await store.open(flowStartTable).marker.delete(markerOf(request))
  return value
}

/** The client has no error type: it says in words that there is no such instance. */
const isUnknownInstance = (error: unknown): boolean => error instanceof Error && /\bHTTP 404\b/.test(error.message)

/** Undefined for an instance that there is not. Throws `flow-not-started` when the task hub cannot be asked. */
const statusOf = async (durable: DurableClient, instanceId: string) => {
  try {
    return await durable.getStatus(instanceId)
  } catch (error) {
    if (isUnknownInstance(error)) return undefined
    throw new AppError('flow-not-started', 'The task hub does not answer.', { cause: error })
  }
}
