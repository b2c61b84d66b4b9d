// Anomalies of the logins of each person.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { loginAnomalySubscriber } from './subscriber.ts'

export const background: Definitions = [loginAnomalySubscriber]

export const tables: Tables = async () => {
  const { loginHistoryTable } = await import('./history-table.ts')
  return [loginHistoryTable]
}
