// Incidents as a tenant and as an operator of the platform see them.
import { governanceEndpoints } from './endpoints.ts'
import { escalateIncidents } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = governanceEndpoints

export const background: Definitions = [escalateIncidents]

export const tables: Tables = async () => {
  const { escalationPending } = await import('../../../shared/incidents/escalation-pending.ts')
  return [escalationPending.table]
}
