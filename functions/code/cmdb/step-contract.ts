// What the steps of a CMDB sync take and give back.
import * as z from 'zod'
import { ErrorCodeName } from '../../../shared/flows/flow-envelope.ts'

export const PlanInput = z.strictObject({})

export const PlanResult = z.strictObject({
  isOn: z.boolean(),
  of: z.int(),
  held: z.int(),
  mappings: z.string().nullable(),
  reconcile: z.string().nullable(),
})

export const ComparisonInput = z.strictObject({
  cursor: z.string().nullable(),
  mappings: z.string(),
  reconcile: z.string().nullable(),
})

export const ComparisonResult = z.strictObject({ marked: z.int(), cursor: z.string().nullable() })

export const BatchInput = z.strictObject({ cursor: z.string().nullable() })

export const BatchResult = z.strictObject({
  done: z.int(),
  of: z.int(),
  retired: z.int(),
  cursor: z.string().nullable(),
})

export const EndInput = z.strictObject({
  mayGoOn: z.boolean(),
  problem: z.strictObject({ code: ErrorCodeName, detail: z.string() }).optional(),
})

export const EndResult = z.strictObject({
  again: z.boolean(),
  sent: z.int(),
  retired: z.int(),
  refused: z.int(),
  held: z.int(),
  hasMore: z.boolean(),
})
