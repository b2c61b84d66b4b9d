// What the endpoints of operator accesses take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { line } from '../../../shared/text/text-schema.ts'

export { TenantPath } from '../../../shared/http/tenant-path.ts'

const minutesUsual = 60
const minutesMax = 8 * 60

export const AccessOrder = z.strictObject({
  reason: line(500).min(3).describe('Shown to the owner and the admins of the organization'),
  minutes: z
    .int()
    .min(1)
    .max(minutesMax)
    .default(minutesUsual)
    .describe(`How long it lasts, 1 to ${minutesMax} minutes, default ${minutesUsual}`),
})

export const AccessQuery = z.strictObject(pageQuery(25))

const time = z.iso.datetime()

export const OperatorAccess = z
  .object({
    id: z.string(),
    operator: z.string().describe('`operator:`, the id of the directory, a slash, and the id of the person in it'),
    reason: z.string(),
    openedAt: time,
    expiresAt: time,
    endedAt: time.optional().describe('When it was ended by hand'),
    state: z.enum(['current', 'expired', 'ended']),
  })
  .meta({ id: 'OperatorAccess' })
export type OperatorAccess = z.input<typeof OperatorAccess>

export const OperatorAccesses = z
  .object({ accesses: z.array(OperatorAccess), nextCursor })
  .meta({ id: 'OperatorAccesses', description: 'Newest first. The audit log has what was done with each' })
