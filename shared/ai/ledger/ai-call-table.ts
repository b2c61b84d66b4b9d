// Where AI calls are counted: budgets, who has leased of them, open calls, the ledger and its sums. All of a tenant is one partition,
// so that one transaction takes a call from one state to the next.
import * as z from 'zod'
import { aiTiers } from '../../peers/hub/vocabulary.ts'
import { buckets } from '../../store/buckets.ts'
import { newestFirst } from '../../store/key.ts'
import { rowKind, table } from '../../store/table.ts'

const ofTier = { tenantId: z.string(), tier: z.enum(aiTiers) }
const count = z.int().min(0)

/** What all instances together have leased of the limits of a tier. Rows of earlier minutes count as empty. */
export const AiBudget = z.strictObject({
  ...ofTier,
  /** Minutes since 1970. It never goes back: a clock that is slow follows those that are not. */
  minute: count,
  /** Leased in this minute, and what of it was spent. */
  requests: z.int(),
  tokens: z.int(),
  /** Leased on the UTC day of the minute. */
  dayTokens: z.int(),
  /** Calls that may be open at once, leased until they are returned. */
  slots: count,
})
export type AiBudget = z.infer<typeof AiBudget>

/** What one instance has leased, and what it has spent of that. Given back tokens may make it negative. */
export const AiLease = z.strictObject({
  ...ofTier,
  leaseId: z.string(),
  minute: count,
  requests: count,
  tokens: count,
  dayTokens: count,
  usedRequests: z.int(),
  usedTokens: z.int(),
  usedDayTokens: z.int(),
  slots: count,
  touchedAt: z.iso.datetime(),
})
export type AiLease = z.infer<typeof AiLease>

/** Whose call it is, and what for. */
const ofCall = {
  callId: z.string(),
  /** Absent for a call without a person. */
  userId: z.string().optional(),
  feature: z.string(),
  modelClass: z.string(),
  openedAt: z.iso.datetime(),
}

/** A call that is open: its process may have ended since. */
export const AiReservation = z.strictObject({
  ...ofTier,
  ...ofCall,
  leaseId: z.string(),
  minute: count,
  /** Bound of the prompt and ceiling of the answer. */
  tokens: count,
})
export type AiReservation = z.infer<typeof AiReservation>

/** `lost`: its process ended before it said how the call went. */
export const aiOutcomes = ['done', 'failed', 'cancelled', 'blocked', 'lost'] as const
export const AiOutcome = z.enum(aiOutcomes)
export type AiOutcome = z.infer<typeof AiOutcome>

/** One call in the ledger. It has no content: neither of the prompt nor of the answer. */
export const AiCall = z.strictObject({
  ...ofTier,
  ...ofCall,
  closedAt: z.iso.datetime(),
  outcome: AiOutcome,
  /** As the provider names it; absent when it is not known. */
  model: z.string().optional(),
  provider: z.string().optional(),
  promptTokens: count,
  completionTokens: count,
  /** Of a recording that was written down; its tokens are among those of the prompt. */
  audioSeconds: count.optional(),
  /** The provider did not say; the gateway has reckoned. */
  isEstimated: z.boolean(),
  /** What was reserved for it. */
  reservedTokens: count,
  /** An answer that was kept: no model was asked. */
  isCached: z.boolean().optional(),
})
export type AiCall = z.infer<typeof AiCall>

/** Sums of a day: of one user, or of the whole tenant (`userId` is ''). Several rows have one sum together, so that instances do not wait for each other. */
export const AiUsageSum = z.strictObject({
  ...ofTier,
  userId: z.string(),
  date: z.iso.date(),
  feature: z.string(),
  model: z.string(),
  shard: z.string(),
  calls: count,
  /** Of these calls: how many came to nothing, and how many are lost. */
  failed: count,
  lost: count,
  promptTokens: count,
  completionTokens: count,
  audioSeconds: count.optional(),
  /** Calls whose tokens are reckoned. */
  estimated: count,
  /** Calls that were answered with a kept answer. */
  cached: count.default(0),
})
export type AiUsageSum = z.infer<typeof AiUsageSum>

const billed = 'Stands behind a bill: opaque ids and counts, no content. It goes after 400 days'

/** Budgets and leases are of no use after the day that they are of. */
const windowDays = 3
/** As long as what is billed may be asked about. */
const ledgerDays = 400

export const aiCallTable = table('aiCalls', {
  budget: rowKind({
    schema: AiBudget,
    partition: ['tenantId'],
    key: ['tier'],
    keepFor: { days: windowDays },
    dataOf: { tenant: ['tenantId'] },
  }),
  lease: rowKind({
    schema: AiLease,
    partition: ['tenantId'],
    key: ['leaseId'],
    keepFor: { days: windowDays },
    dataOf: { tenant: ['tenantId'] },
  }),
  // Kept until it is settled: the sweep takes it away, however late.
  reservation: rowKind({
    schema: AiReservation,
    partition: ['tenantId'],
    key: ['callId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], keptOn: { person: billed }, person: ['userId'] },
  }),
  call: rowKind({
    schema: AiCall,
    partition: ['tenantId'],
    key: ({ openedAt, callId }) => [newestFirst(openedAt), callId],
    keepFor: { days: ledgerDays },
    dataOf: { tenant: ['tenantId'], person: ['userId'], keptOn: { tenant: billed, person: billed } },
  }),
  sum: rowKind({
    schema: AiUsageSum,
    partition: ['tenantId'],
    key: ['userId', 'date', 'feature', 'model', 'tier', 'shard'],
    keepFor: { days: ledgerDays },
    dataOf: { tenant: ['tenantId'], person: ['userId'], keptOn: { tenant: billed, person: billed } },
  }),
})

const using = buckets('aiTenants')
export const bucketOfAiTenant = using.of
export const bucketsOfAiTenants = using.names

/** Which tenants have called a model lately: whom the sweep looks through. */
export const aiTenantTable = table('aiTenants', {
  tenant: rowKind({
    schema: z.strictObject({ bucket: z.string(), tenantId: z.string(), usedAt: z.iso.datetime() }),
    partition: ['bucket'],
    key: ['tenantId'],
    keepFor: { days: 30 },
    dataOf: { tenant: ['tenantId'] },
  }),
})
