// What the steps of a rotation take and give back: ids and times alone.
import * as z from 'zod'

export const StepInput = z.strictObject({ rotationId: z.string() })

export const StepResult = z.strictObject({
  /** What the key is for. */
  integration: z.string(),
  /** Null before there is one. */
  newKeyId: z.string().nullable(),
})

export const LookResult = z.strictObject({
  next: z.enum(['wait', 'retire', 'cancel', 'over']),
  /** Of `wait`: when to look again. */
  at: z.iso.datetime().nullable(),
})
