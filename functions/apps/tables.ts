// The tables of the suite.
import { integrationKeyTable } from '../../shared/auth/integration-key.ts'
import { sessionCutoffTable } from '../../shared/auth/session-cutoff.ts'
import { sessionTable, usedTokenTable } from '../../shared/auth/session.ts'
import { outboxMarkerTable } from '../../shared/bus/outbox.ts'
import { flowRequestTable, flowStartTable } from '../../shared/flows/flow-request.ts'
import { flowWaitTable } from '../../shared/flows/flow-wait.ts'
import { idempotencyTable } from '../../shared/http/idempotency.ts'
import { incidentTable } from '../../shared/incidents/incident-table.ts'
import { tenantSettingsTable } from '../../shared/tenants/tenant-settings.ts'
import { tenantTable } from '../../shared/tenants/tenant-directory.ts'
import { tenantStandingTable } from '../../shared/tenants/tenant-standing.ts'
import { timerLeaseTable } from '../../shared/triggers/timer-lease.ts'
import { clientTable } from '../../shared/clients/client-directory.ts'
import { securityTicketTable, unsettledPending } from '../ai/security-tickets/security-ticket-table.ts'
import { usageTable } from '../code/billing/usage-table.ts'
import { clientMappingTable } from '../code/clients/client-mapping.ts'
import { appProfileTable, cmdbTenantTable } from '../code/cmdb/profile-table.ts'
import { openingPending, opportunityTable } from '../code/opportunities/opportunity-table.ts'
import { projectTable } from '../code/projects/project-table.ts'
import { sourceTable } from '../code/sources/source-table.ts'
import { sourceTenantTable } from '../code/sources/source-tenants.ts'
import { filingPending, ticketTable } from '../code/tickets/ticket-table.ts'
import { agentRepairTable } from '../hub/psa-agents/agent-repair.ts'
import { suspendedTable } from '../hub/psa-agents/organization-watch.ts'
import { reassignmentTable } from '../hub/psa-agents/reassignment-table.ts'

/** Every table: one app looks after all of them, since they are in one account. */
export const tables = [
  agentRepairTable,
  appProfileTable,
  clientMappingTable,
  clientTable,
  cmdbTenantTable,
  filingPending.table,
  flowRequestTable,
  flowStartTable,
  flowWaitTable,
  idempotencyTable,
  incidentTable,
  integrationKeyTable,
  openingPending.table,
  opportunityTable,
  outboxMarkerTable,
  projectTable,
  reassignmentTable,
  securityTicketTable,
  sessionCutoffTable,
  sessionTable,
  sourceTable,
  sourceTenantTable,
  suspendedTable,
  tenantSettingsTable,
  tenantStandingTable,
  tenantTable,
  ticketTable,
  timerLeaseTable,
  unsettledPending.table,
  usageTable,
  usedTokenTable,
]
