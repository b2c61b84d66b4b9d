// What each tier of AI may use (AI-2), and what operators have set instead for single tenants.
import * as z from 'zod'
import { type AiTier, aiTiers } from '../../peers/hub/vocabulary.ts'
import type { Store } from '../../store/store.ts'
import { rowKind, table } from '../../store/table.ts'

/** Minutes are those of the clock, days those of UTC. Tokens are counted as they are reserved: bound of the prompt and ceiling of the answer. */
export const AiLimits = z.strictObject({
  requestsPerMinute: z.int().min(0).max(1_000_000),
  tokensPerMinute: z.int().min(0).max(1_000_000_000),
  tokensPerDay: z.int().min(0).max(1_000_000_000_000),
  /** Calls that are open at once. */
  concurrency: z.int().min(0).max(10_000),
})
export type AiLimits = Readonly<z.infer<typeof AiLimits>>

/** For each tenant, over all its users of the tier and all instances. */
export const figures: Readonly<Record<AiTier, AiLimits>> = {
  'ai-basic': { requestsPerMinute: 60, tokensPerMinute: 100_000, tokensPerDay: 2_000_000, concurrency: 4 },
  'ai-pro': { requestsPerMinute: 300, tokensPerMinute: 600_000, tokensPerDay: 20_000_000, concurrency: 16 },
  'ai-enterprise': { requestsPerMinute: 1_200, tokensPerMinute: 3_000_000, tokensPerDay: 200_000_000, concurrency: 64 },
}

/** What an operator has set for a tenant; what is left out is as the tier has it. */
export const AiLimitOverride = z.strictObject({
  tenantId: z.string(),
  tier: z.enum(aiTiers),
  ...AiLimits.partial().shape,
  setAt: z.iso.datetime(),
  origin: z.string(),
})
export type AiLimitOverride = z.infer<typeof AiLimitOverride>

export const aiLimitTable = table('aiLimits', {
  override: rowKind({
    schema: AiLimitOverride,
    partition: ['tenantId'],
    key: ['tier'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], names: ['origin'] },
  }),
})

export const readLimits = async (store: Store, tenantId: string, tier: AiTier): Promise<AiLimits> => {
  const row = await store.open(aiLimitTable).override.get({ tenantId, tier })
  return row ? limitsOf(tier, row.value) : figures[tier]
}

type SomeLimits = { readonly [Limit in keyof AiLimits]?: AiLimits[Limit] | undefined }

export const limitsOf = (tier: AiTier, override: SomeLimits): AiLimits => ({
  requestsPerMinute: override.requestsPerMinute ?? figures[tier].requestsPerMinute,
  tokensPerMinute: override.tokensPerMinute ?? figures[tier].tokensPerMinute,
  tokensPerDay: override.tokensPerDay ?? figures[tier].tokensPerDay,
  concurrency: override.concurrency ?? figures[tier].concurrency,
})
