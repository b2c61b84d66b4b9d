// Agents of PSA, in step with the people in Hub.
import { readReassignments } from './endpoints.ts'
import { psaAgentSubscriber } from './subscriber.ts'
import { followOrganizations, repairAgents } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [readReassignments]

export const background: Definitions = [psaAgentSubscriber, repairAgents, followOrganizations]

export const tables: Tables = async () => {
  const [{ agentRepairTable }, { suspendedTable }, { reassignmentTable }] = await Promise.all([
    import('./agent-repair.ts'),
    import('./organization-watch.ts'),
    import('./reassignment-table.ts'),
  ])
  return [agentRepairTable, suspendedTable, reassignmentTable]
}
