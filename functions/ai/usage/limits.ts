// The limits of one organization, where an operator has set others than those of the tier.
import type * as z from 'zod'
import { type AiLimitOverride, aiLimitTable, figures, limitsOf } from '../../../shared/ai/limits/figures.ts'
import type { AiTier } from '../../../shared/peers/hub/vocabulary.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { Limits } from './contract.ts'

export const showLimits = async (store: Store, tenantId: string, tier: AiTier): Promise<z.input<typeof Limits>> => {
  const row = await store.open(aiLimitTable).override.get({ tenantId, tier })
  return { tier, limits: row ? limitsOf(tier, row.value) : figures[tier], isOverridden: row !== undefined }
}

export const setLimits = async (store: Store, override: AiLimitOverride): Promise<void> => {
  await store.open(aiLimitTable).override.upsert(override)
}

export const clearLimits = (store: Store, tenantId: string, tier: AiTier): Promise<void> =>
  store.open(aiLimitTable).override.delete({ tenantId, tier })
