// Opportunities of CRM for what a repository needs.
import { openOpportunity, readOpportunities } from './endpoints.ts'
import { reconcileOpportunities } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [openOpportunity, readOpportunities]

export const background: Definitions = [reconcileOpportunities]

export const tables: Tables = async () => {
  const { openingPending, opportunityTable } = await import('./opportunity-table.ts')
  return [openingPending.table, opportunityTable]
}
