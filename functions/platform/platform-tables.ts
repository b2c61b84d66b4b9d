// The tables of the mechanisms that every capability stands on. Loaded only to look through them all.
import { integrationKeyTable, keyListTable } from '../../shared/auth/integration-key.ts'
import { keyUseTable } from '../../shared/auth/key-use-table.ts'
import { sessionCutoffTable } from '../../shared/auth/session-cutoff.ts'
import { sessionTable, usedTokenTable } from '../../shared/auth/session.ts'
import { outboxMarkerTable } from '../../shared/bus/outbox.ts'
import { flowRequestTable, flowStartTable } from '../../shared/flows/flow-request.ts'
import { flowWaitTable } from '../../shared/flows/flow-wait.ts'
import { idempotencyTable } from '../../shared/triggers/idempotency.ts'
import { incidentTable } from '../../shared/incidents/incident-table.ts'
import { modelBreakerTable } from '../../shared/ai/providers/breaker-table.ts'
import { tenantTable } from '../../shared/tenants/tenant-directory.ts'
import { tenantStandingTable } from '../../shared/tenants/tenant-standing.ts'
import { dataKeyTable } from '../../shared/secrets/data-key-table.ts'
import { peerKeyTable } from '../../shared/secrets/peer-keys.ts'
import { timerLeaseTable } from '../../shared/triggers/timer-lease.ts'

export const platformTables = [
  dataKeyTable,
  peerKeyTable,
  flowRequestTable,
  flowStartTable,
  flowWaitTable,
  idempotencyTable,
  incidentTable,
  integrationKeyTable,
  keyListTable,
  keyUseTable,
  modelBreakerTable,
  outboxMarkerTable,
  sessionCutoffTable,
  sessionTable,
  tenantStandingTable,
  tenantTable,
  timerLeaseTable,
  usedTokenTable,
] as const
