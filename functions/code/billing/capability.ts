// Billing: the repositories that are protected, day by day, reported to Hub.
import {
  adjustUsage,
  adjustUsageAsOperator,
  decideAdjustment,
  readMissedDays,
  readProtectedRepositories,
  readUsage,
  reportMissedDays,
} from './endpoints.ts'
import { reportUsage, takeUsageSnapshots } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [
  readUsage,
  readProtectedRepositories,
  adjustUsage,
  adjustUsageAsOperator,
  decideAdjustment,
  readMissedDays,
  reportMissedDays,
]

export const background: Definitions = [takeUsageSnapshots, reportUsage]

export const tables: Tables = async () => {
  const { usageTable } = await import('./usage-table.ts')
  return [usageTable]
}
