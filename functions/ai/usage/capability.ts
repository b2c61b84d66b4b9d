// AI usage: the ledger of calls of models, its sums, and the limits of tiers.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { usageEndpoints } from './endpoints.ts'
import { closeLostAiCalls } from './timers.ts'

export const api: Definitions = usageEndpoints

export const background: Definitions = [closeLostAiCalls]

export const tables: Tables = async () => {
  const { aiCallTable, aiTenantTable } = await import('../../../shared/ai/ledger/ai-call-table.ts')
  const { aiLimitTable } = await import('../../../shared/ai/limits/figures.ts')
  const { aiTierTable } = await import('../../../shared/ai/limits/tiers.ts')
  return [aiCallTable, aiLimitTable, aiTenantTable, aiTierTable]
}
