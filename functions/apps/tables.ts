// The tables of the suite.
import { integrationKeyTable } from '../../shared/auth/integration-key.ts'
import { sessionCutoffTable } from '../../shared/auth/session-cutoff.ts'
import { sessionTable, usedTokenTable } from '../../shared/auth/session.ts'
import { idempotencyTable } from '../../shared/http/idempotency.ts'
import { timerLeaseTable } from '../../shared/triggers/timer-lease.ts'
import { clientMappingTable } from '../code/clients/client-mapping.ts'
import { filingTable, ticketTable } from '../code/tickets/ticket-table.ts'

/** Every table: one app looks after all of them, since they are in one account. */
export const tables = [
  clientMappingTable,
  filingTable,
  idempotencyTable,
  integrationKeyTable,
  sessionCutoffTable,
  sessionTable,
  ticketTable,
  timerLeaseTable,
  usedTokenTable,
]
