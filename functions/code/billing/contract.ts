// What the endpoints of billing take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId, name } from '../../../shared/text/text-schema.ts'
import { adjustmentOrigins, adjustmentStates } from './usage-table.ts'

const Day = z.iso.date().describe('A day in UTC, e.g. 2026-11-22')
const Time = z.iso.datetime()

const deltaMax = 1_000_000

export const AdjustmentDraft = z.strictObject({
  adjustmentId: OpaqueId.describe('Chosen by the caller: the same id is the same correction, made once'),
  date: Day,
  delta: z
    .int()
    .min(-deltaMax)
    .max(deltaMax)
    .refine((delta) => delta !== 0, 'must not be 0')
    .describe('Repositories to be billed more, or fewer when it is negative'),
  reason: name(500).describe('For the person who reads the bill'),
})

export const Adjustment = z
  .object({
    adjustmentId: z.string(),
    origin: z
      .enum(adjustmentOrigins)
      .describe('Who asked: an admin, an operator, or the report when Hub had another quantity'),
    date: Day,
    delta: z.int(),
    reason: z.string(),
    state: z
      .enum(adjustmentStates)
      .describe('requested: an operator decides. waiting: Hub gets it later. refused: Hub does not take it'),
    requestedBy: z.string(),
    requestedAt: Time,
    decidedBy: z.string().optional(),
    decidedAt: Time.optional(),
    recordedAt: Time.optional(),
  })
  .meta({ id: 'UsageAdjustment', description: 'A signed correction of the usage of a day' })

/** Operators act on one named tenant. */
const TenantId = OpaqueId.describe('The organization in Hub')

export const OperatorAdjustmentDraft = z.strictObject({ tenantId: TenantId, ...AdjustmentDraft.shape })
export const AdjustmentDecision = z.strictObject({
  tenantId: TenantId,
  adjustmentId: OpaqueId,
  decision: z.enum(['approve', 'decline']),
})

export const MissedDaysQuery = z.strictObject(pageQuery(25))
export const MissedDays = z
  .object({
    missed: z.array(z.object({ tenantId: z.string(), from: Day, to: Day.describe('Included'), notedAt: Time })),
    nextCursor,
  })
  .meta({ id: 'MissedDays', description: 'Days that the report no longer goes back to, and that Hub may not have' })
export const MissedDaysOrder = z.strictObject({ tenantId: TenantId, from: Day.describe('As it is listed') })
export const MissedDaysReport = z
  .object({
    reported: z.int().describe('Days that Hub did not have'),
    left: z.object({ from: Day, to: Day }).nullable().describe('What a further call reports'),
  })
  .meta({ id: 'MissedDaysReport' })
export type MissedDaysReport = z.input<typeof MissedDaysReport>

export const UsageQuery = z
  .strictObject({
    from: Day.optional().describe('First day. Left out: from the first that is kept'),
    to: Day.optional().describe('Last day. Left out: to the latest'),
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
        hubQuantity: z.int().optional().describe('What Hub had recorded before, when that is another quantity'),
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
    quantity: z.int().describe('Of the whole list'),
    repositories: z.array(
      z.object({
        repositoryId: z.string(),
        orgId: z.string().describe('Where it was on that day'),
        name: z.string().describe('As it is now'),
        discoveredAt: Time,
      }),
    ),
    nextCursor: nextCursor.describe('Absent on the last page. A page can be shorter than asked for, even empty'),
  })
  .meta({ id: 'ProtectedRepositories', description: 'The repositories behind a figure' })
export type ProtectedRepositories = z.input<typeof ProtectedRepositories>
