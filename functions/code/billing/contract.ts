// What the endpoints of billing take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId, name } from '../../../shared/text/text-schema.ts'
import { adjustmentOrigins, adjustmentStates } from './usage-table.ts'

const Day = z.iso.date().describe('A day in UTC, e.g. 2026-11-22')
const Time = z.iso.datetime()

const deltaMax = 1_000_000

export const AdjustmentDraft = z.strictObject({
  adjustmentId: OpaqueId.describe('Chosen by the caller. Each id is one correction, made once'),
  date: Day,
  delta: z
    .int()
    .min(-deltaMax)
    .max(deltaMax)
    .refine((delta) => delta !== 0, 'must not be 0')
    .describe('Number of repositories to add to the bill, or to subtract when negative'),
  reason: name(500).describe('For the person who reads the bill'),
})

export const Adjustment = z
  .object({
    adjustmentId: z.string(),
    origin: z
      .enum(adjustmentOrigins)
      .describe('Who requested it: an admin, an operator, or the daily report when Hub had a different quantity'),
    date: Day,
    delta: z.int(),
    reason: z.string(),
    state: z
      .enum(adjustmentStates)
      .describe('requested: an operator decides. waiting: Hub receives it later. refused: Hub does not accept it'),
    requestedBy: z.string(),
    requestedAt: Time,
    decidedBy: z.string().optional(),
    decidedAt: Time.optional(),
    recordedAt: Time.optional(),
  })
  .meta({ id: 'UsageAdjustment', description: 'A signed correction of the usage of a day' })

export { TenantPath } from '../../../shared/http/tenant-path.ts'

export const AdjustmentDecision = z.strictObject({
  adjustmentId: OpaqueId,
  decision: z.enum(['approve', 'decline']),
})

export const MissedDaysQuery = z.strictObject(pageQuery(25))
export const MissedDays = z
  .object({
    missed: z.array(z.object({ tenantId: z.string(), from: Day, to: Day.describe('Inclusive'), notedAt: Time })),
    nextCursor,
  })
  .meta({ id: 'MissedDays', description: 'Days that the daily report no longer covers and that may be missing in Hub' })
export const MissedDaysOrder = z.strictObject({ from: Day.describe('As listed') })
export const MissedDaysReport = z
  .object({
    reported: z.int().describe('Days that Hub did not have'),
    left: z.object({ from: Day, to: Day }).nullable().describe('What the next call reports'),
  })
  .meta({ id: 'MissedDaysReport' })
export type MissedDaysReport = z.input<typeof MissedDaysReport>

export const UsageQuery = z
  .strictObject({
    from: Day.optional().describe('First day. Default: the earliest day on record'),
    to: Day.optional().describe('Last day. Default: the latest'),
    ...pageQuery(31),
  })
  .refine(({ from = '', to = '9' }) => from <= to, { path: ['to'], error: 'must not be before from' })
export type UsageQuery = z.infer<typeof UsageQuery>

export const Usage = z
  .object({
    days: z.array(
      z.object({
        date: Day,
        quantity: z.int().describe('Repositories that were connected and not archived at 00:00 UTC'),
        state: z.enum(['counted', 'reported']),
        countedAt: Time,
        reportedAt: Time.optional(),
        hubQuantity: z.int().optional().describe('The quantity that Hub had recorded before, when it differs'),
        adjustments: z.array(Adjustment),
      }),
    ),
    nextCursor,
  })
  .meta({ id: 'Usage', description: 'What was reported to billing, in the order of days' })
export type Usage = z.input<typeof Usage>

export const UsagePath = z.strictObject({ date: Day })
export const ProtectedRepositoriesQuery = z.strictObject(pageQuery(100))
export const ProtectedRepositories = z
  .object({
    date: Day,
    quantity: z.int().describe('Total over all pages'),
    repositories: z.array(
      z.object({
        repositoryId: z.string(),
        orgId: z.string().describe('Its organization on that day'),
        name: z.string().describe('Its current name'),
        discoveredAt: Time,
      }),
    ),
    nextCursor: nextCursor.describe('Absent on the last page. A page can be shorter than the limit, even empty'),
  })
  .meta({ id: 'ProtectedRepositories', description: 'The repositories behind a figure' })
export type ProtectedRepositories = z.input<typeof ProtectedRepositories>
