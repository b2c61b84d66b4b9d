// What a request that was cut off leaves of a tenant's tickets in the store, and how a test makes it older than it is.
import { type Ticket, filingPending, ticketTable } from '../../functions/code/tickets/ticket-table.ts'
import type { Marker } from '../../shared/store/pending.ts'
import type { Row, Store } from '../../shared/store/store.ts'
import { makeOlder as makePendingOlder, markersOf as pendingMarkersOf } from './pending-markers.ts'

const limit = 1_000

/** Tickets that were begun and not finished. */
export const leftInFiling = async (store: Store, tenantId: string): Promise<readonly Row<Ticket>[]> => {
  const { rows } = await store.open(ticketTable).ticket.list({ tenantId }, { limit })
  return rows.filter(({ value }) => value.state === 'begun')
}

/** The markers that the nightly run goes by. */
export const markersOf = (store: Store, tenantId: string): Promise<readonly Row<Marker>[]> =>
  pendingMarkersOf(filingPending, store, tenantId)

/** As if every ticket of the tenant had been taken up so much earlier. */
export const makeOlder = (store: Store, tenantId: string, ms: number): Promise<void> =>
  makePendingOlder(filingPending, store, tenantId, ms)
