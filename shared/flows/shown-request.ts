// What the progress endpoint of a capability shows of an orchestration that was asked for.
import * as z from 'zod'
import type { FlowClient } from './flow-client.ts'
import { ErrorCodeName, FlowFacts } from './flow-envelope.ts'
import { type FlowRequest, flowStates } from './flow-request.ts'

export const ShownRequest = z
  .strictObject({
    id: z.string(),
    state: z.enum(flowStates).describe('`requested` changes to `started` within two minutes.'),
    progress: FlowFacts.optional().describe('The current step; only while it runs, and after its first report.'),
    result: FlowFacts.optional().describe('Present once it is completed or cancelled.'),
    problem: z
      .strictObject({ code: ErrorCodeName, detail: z.string() })
      .optional()
      .describe('Present once it has failed for good.'),
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'Request', description: 'Requested work and its progress' })
export type ShownRequest = z.infer<typeof ShownRequest>

/** @param request of the caller's tenant */
export const showRequest = async (
  flows: Pick<FlowClient, 'progressOf'>,
  request: FlowRequest,
): Promise<ShownRequest> => {
  const { requestId: id, state, result, problem, requestedAt, finishedAt } = request
  const progress = state === 'started' ? await flows.progressOf(request) : undefined
  return {
    id,
    state,
    ...(progress && { progress: { ...progress } }),
    ...(result && { result }),
    ...(problem && { problem }),
    requestedAt,
    ...(finishedAt !== undefined && { finishedAt }),
  }
}
