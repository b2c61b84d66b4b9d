// What every product has in common that is read on behalf of a user: it is told who asks, and decides by its own records what they may see.
import * as z from 'zod'

/** Header with Hub's id of the user (`portal_user_id`), beside those of the key and the tenant. */
export const userHeader = 'X-User-Id'

/** RFC 9457. The user may not see the record, by role or by client. Every other 403 is about the key. */
export const UserMayNotRead = z.object({
  type: z.literal('urn:theonestack:problem:user-may-not-read'),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})

/** RFC 9457. The tenant has no such record, or has it no longer. */
export const NoSuchRecord = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})

/** Answers of an operation that reads one record on behalf of a user. */
export const userReadAnswers = <Record extends z.ZodType>(record: Record) =>
  ({ 200: record, 403: UserMayNotRead, 404: NoSuchRecord }) as const

/** Opaque; as the product has it. */
export const RecordId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => id.isWellFormed(), 'contains half a character (a lone surrogate)')

/** Answer of `GET /v1/health` of a product that is only read; it asks for a valid key too. */
export const ReadableHealth = z.object({ status: z.literal('ok'), version: z.string() })

/** Opens the record in the product, for a person. */
export const RecordUrl = z.url({ protocol: /^https?$/ })
