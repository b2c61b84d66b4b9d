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
  /** Sum of what it is corrected by: approved, and not refused by Hub. With the quantity never below zero. */
  adjusted: z.int().default(0),
  state: z.enum(['counted', 'reported']),
  reportedAt: Time.optional(),
  /** The quantity that Hub had recorded before, when it differs: the difference is an adjustment. */
  hubQuantity: z.int().optional(),
})
export type UsageDay = z.output<typeof UsageDay>

/** Who asked for an adjustment: an admin of the tenant, an operator of the platform, or the report itself when Hub had another quantity. */
export const adjustmentOrigins = ['admin', 'operator', 'difference'] as const
/** `requested`: an operator has yet to decide. `declined`: one said no. `refused`: Hub does not take it as it is. */
export const adjustmentStates = ['requested', 'declined', 'waiting', 'recorded', 'refused'] as const

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
  /** The operator's key. */
  decidedBy: z.string().optional(),
  decidedAt: Time.optional(),
  state: z.enum(adjustmentStates),
  recordedAt: Time.optional(),
})
export type Adjustment = z.infer<typeof Adjustment>

const billed = 'Stands behind a bill. It goes after 400 days'

/** 13 months and a bit: as long as somebody may ask about a bill. */
const keepFor = { days: 400 }

export const usageTable = table('codeUsage', {
  day: rowKind({
    schema: UsageDay,
    partition: ['tenantId'],
    key: ['date'],
    keepFor,
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: billed } },
  }),
  adjustment: rowKind({
    schema: Adjustment,
    partition: ['tenantId'],
    key: ['date', 'origin', 'adjustmentId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], names: ['requestedBy', 'decidedBy'], keptOn: { tenant: billed } },
  }),
  /** Where the adjustment with this id is. */
  adjustmentId: rowKind({
    schema: AdjustmentKey,
    partition: ['tenantId'],
    key: ['origin', 'adjustmentId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: billed } },
  }),
  /** Adjustments that Hub may not know yet. */
  waiting: rowKind({
    schema: AdjustmentKey,
    partition: ['tenantId'],
    key: ['origin', 'adjustmentId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: billed } },
  }),
})
