// Tickets of PSA for findings.
import { fileTickets, readTickets } from './endpoints.ts'
import { reconcileTickets } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [fileTickets, readTickets]

export const background: Definitions = [reconcileTickets]

export const tables: Tables = async () => {
  const { filingPending, ticketTable } = await import('./ticket-table.ts')
  return [filingPending.table, ticketTable]
}
