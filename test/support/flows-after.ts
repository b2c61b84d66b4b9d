// Flows that start nothing, for tests that call the steps themselves and say how the attempts before have ended.
import { attemptOf } from '../../shared/flows/attempts.ts'
import type { FlowClient } from '../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../shared/flows/flow-request.ts'

/** @param ended of each attempt that was begun before, the first one first */
export const flowsAfter = (...ended: readonly ('failed' | 'completed')[]): Pick<FlowClient, 'start'> => ({
  start: (_, { requestId }) => {
    const state = ended[attemptOf(requestId).attempt - 1]
    const request = { requestId, state: state ?? 'started', ...(state && { finishedAt: new Date().toISOString() }) }
    return Promise.resolve({ request: request as FlowRequest, isNew: state === undefined })
  },
})
