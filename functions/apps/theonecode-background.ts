// Timers of The One Code, and the retention of everything that this suite has stored so far.
import { integrationKeyTable } from '../../shared/auth/integration-key.ts'
import { sessionCutoffTable } from '../../shared/auth/session-cutoff.ts'
import { sessionTable, usedTokenTable } from '../../shared/auth/session.ts'
import { idempotencyTable } from '../../shared/http/idempotency.ts'
import { retentionTimer } from '../../shared/store/retention-timer.ts'
import { timerLeaseTable } from '../../shared/triggers/timer-lease.ts'
import { clientMappingTable } from '../code/clients/client-mapping.ts'
import { reconcileTickets } from '../code/tickets/reconciliation.ts'
import { filingTable, ticketTable } from '../code/tickets/ticket-table.ts'
import { backgroundApp } from './function-app.ts'

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

export const theonecodeBackground = backgroundApp('theonecode-background', 'code', [
  reconcileTickets,
  retentionTimer('code-retention-timer', tables),
])
