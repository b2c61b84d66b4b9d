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
