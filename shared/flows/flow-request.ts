// What is kept of a started orchestration: who asked for what, and how it ended. An instance id alone does not make a start idempotent:
// by the host's default a finished instance is run again.
import * as z from 'zod'
import { sha256 } from '../auth/digest.ts'
import { buckets } from '../store/buckets.ts'
import { rowKind, table } from '../store/table.ts'
import { ErrorCodeName, FlowFacts } from './flow-envelope.ts'

export const flowStates = ['requested', 'started', 'completed', 'failed', 'cancelled'] as const

const FlowRequest = z.strictObject({
  tenantId: z.string(),
  /** Name of the orchestration. */
  flow: z.string(),
  requestId: z.string(),
  instanceId: z.string(),
  state: z.enum(flowStates),
  /** Digest of what was asked for: the same request id with another content is refused. */
  contentHash: z.string(),
  requestedAt: z.iso.datetime(),
  requestedBy: z.string(),
  traceparent: z.string(),
  cancelRequestedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  result: FlowFacts.optional(),
  problem: z.strictObject({ code: ErrorCodeName, detail: z.string() }).optional(),
  /** When the failure was recorded as an incident. */
  reportedAt: z.iso.datetime().optional(),
})
export type FlowRequest = z.infer<typeof FlowRequest>

export const flowRequestTable = table('flowRequests', {
  request: rowKind({
    schema: FlowRequest,
    partition: ['tenantId'],
    key: ['flow', 'requestId'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], names: ['requestedBy'] },
  }),
})

/** Requests that may not have been started: what a crash left in between is found here without a scan. */
export const flowStartTable = table('flowStarts', {
  marker: rowKind({
    schema: z.strictObject({
      bucket: z.string(),
      since: z.iso.datetime(),
      tenantId: z.string(),
      flow: z.string(),
      requestId: z.string(),
    }),
    partition: ['bucket'],
    key: ['since', 'tenantId', 'flow', 'requestId'],
    keepFor: { days: 30 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

export const flowStartBuckets = buckets('start')

/** 43 safe characters that tell nothing. */
export const instanceIdOf = (tenantId: string, flow: string, requestId: string): string =>
  sha256(JSON.stringify([tenantId, flow, requestId]))
