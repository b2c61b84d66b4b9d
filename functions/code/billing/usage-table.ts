// What is kept of billing: the figure of each tenant and day, and what it was corrected by. One partition for each tenant.
import * as z from 'zod'
import { rowKind, table } from '../../../shared/store/table.ts'

export const metric = 'repos_protected'

const Time = z.iso.datetime()

const UsageDay = z.strictObject({
  tenantId: z.string(),
  date: z.iso.date(),
  /** Active repositories at 00:00 UTC. It never changes. */
  quantity: z.int().min(0),
  countedAt: Time,
  state: z.enum(['counted', 'reported']),
  reportedAt: Time.optional(),
  /** What Hub had recorded before, when that is another quantity: the difference is an adjustment. */
  hubQuantity: z.int().optional(),
})
export type UsageDay = z.infer<typeof UsageDay>

/** Who asked for an adjustment: an admin, or the report itself when Hub had another quantity. */
export const adjustmentOrigins = ['admin', 'difference'] as const
/** `refused`: Hub does not take it as it is. */
export const adjustmentStates = ['waiting', 'recorded', 'refused'] as const

const AdjustmentKey = z.strictObject({
  tenantId: z.string(),
  origin: z.enum(adjustmentOrigins),
  /** Unique within the tenant and the origin. */
  adjustmentId: z.string(),
  date: z.iso.date(),
})

const Adjustment = z.strictObject({
  ...AdjustmentKey.shape,
  delta: z.int(),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: Time,
  state: z.enum(adjustmentStates),
  recordedAt: Time.optional(),
})
export type Adjustment = z.infer<typeof Adjustment>

/** 13 months and a bit: as long as somebody may ask about a bill. */
const keepFor = { days: 400 }

export const usageTable = table('codeUsage', {
  day: rowKind({ schema: UsageDay, partition: ['tenantId'], key: ['date'], keepFor }),
  adjustment: rowKind({
    schema: Adjustment,
    partition: ['tenantId'],
    key: ['date', 'origin', 'adjustmentId'],
    keepFor,
  }),
  /** Where the adjustment with this id is. */
  adjustmentId: rowKind({
    schema: AdjustmentKey,
    partition: ['tenantId'],
    key: ['origin', 'adjustmentId'],
    keepFor,
  }),
  /** Adjustments that Hub may not know yet. */
  waiting: rowKind({
    schema: AdjustmentKey,
    partition: ['tenantId'],
    key: ['origin', 'adjustmentId'],
    keepFor: 'forever',
  }),
})
