// What an orchestration is started with, what each step gets and gives back, and how it ends: ids and small facts alone.
import * as z from 'zod'
import { type ErrorCode, errorTable } from '../error-table.ts'
import { integrationNames } from '../integrations.ts'

export const ErrorCodeName = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]])

/** What an orchestration shows of itself, and what it gives back. */
export const FlowFacts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

export const FlowStart = z.strictObject({
  tenantId: z.string(),
  requestId: z.string(),
  traceparent: z.string(),
  /** How long a step that failed waits before it is tried again for the first time. */
  retrySeconds: z.int().min(1),
})
export type FlowStart = z.infer<typeof FlowStart>

export const StepInput = z.strictObject({
  tenantId: z.string(),
  requestId: z.string(),
  traceparent: z.string(),
  retrySeconds: z.int().min(1),
  /** As incidents name it. */
  work: z.strictObject({ integration: z.enum(integrationNames), operation: z.string() }),
  input: z.unknown(),
})
export type StepInput = z.infer<typeof StepInput>

/** A failure for good is a result, so that Durable does not try again. */
export const StepResult = z.union([
  z.strictObject({ done: z.unknown() }),
  z.strictObject({ failed: z.strictObject({ code: ErrorCodeName, detail: z.string() }) }),
])
export type StepResult = z.infer<typeof StepResult>

/** Of a step that is done for its effect. */
export const NoResult = z.null()

export const FlowEnd = z.strictObject({
  flow: z.string(),
  /** As incidents name the work. */
  integration: z.enum(integrationNames),
  operation: z.string(),
  /** How incidents named it before it was known what the work is about. */
  begunAs: z.string().optional(),
  result: FlowFacts.optional(),
  failed: z.strictObject({ code: ErrorCodeName, detail: z.string() }).optional(),
})
