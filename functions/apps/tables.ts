// The tables of the suite.
import { integrationKeyTable } from '../../shared/auth/integration-key.ts'
import { sessionCutoffTable } from '../../shared/auth/session-cutoff.ts'
import { sessionTable, usedTokenTable } from '../../shared/auth/session.ts'
import { outboxMarkerTable } from '../../shared/bus/outbox.ts'
import { idempotencyTable } from '../../shared/http/idempotency.ts'
import { incidentTable } from '../../shared/incidents/incident-table.ts'
import { tenantTable } from '../../shared/tenants/tenant-directory.ts'
import { timerLeaseTable } from '../../shared/triggers/timer-lease.ts'
import { clientTable } from '../../shared/clients/client-directory.ts'
import { securityTicketTable, unsettledTable } from '../ai/security-tickets/security-ticket-table.ts'
import { clientMappingTable } from '../code/clients/client-mapping.ts'
import { sourceTable } from '../code/sources/source-table.ts'
import { filingTable, ticketTable } from '../code/tickets/ticket-table.ts'
import { agentRepairTable } from '../hub/psa-agents/agent-repair.ts'
import { reassignmentTable } from '../hub/psa-agents/reassignment-table.ts'

/** Every table: one app looks after all of them, since they are in one account. */
export const tables = [
  agentRepairTable,
  clientMappingTable,
  clientTable,
  filingTable,
  idempotencyTable,
  incidentTable,
  integrationKeyTable,
  outboxMarkerTable,
  reassignmentTable,
  securityTicketTable,
  sessionCutoffTable,
  sessionTable,
  sourceTable,
  tenantTable,
  ticketTable,
  timerLeaseTable,
  unsettledTable,
  usedTokenTable,
]
