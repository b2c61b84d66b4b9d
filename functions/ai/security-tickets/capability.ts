// Security tickets: critical detections of Defend on tickets of PSA.
import { detectionSubscriber } from './subscriber.ts'
import { reconcileSecurityTickets } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const background: Definitions = [detectionSubscriber, reconcileSecurityTickets]

export const tables: Tables = async () => {
  const { securityTicketTable, unsettledPending } = await import('./security-ticket-table.ts')
  return [securityTicketTable, unsettledPending.table]
}
