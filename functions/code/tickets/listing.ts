// Lists Code-created tickets with their status in PSA, and with the last known one while PSA cannot be asked (CODE-2).
import { showRecords } from '../../../shared/effects/last-known.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type LinkedTicket, linkedTicketOf } from './linked-ticket.ts'
import { ticketEffect } from './ticket-effect.ts'
import { type Ticket, type TicketKey, ticketTable } from './ticket-table.ts'

export type Listing = {
  readonly store: Store
  /** Rejects with an `AppError` when PSA is not set up here. */
  readonly psa: () => Promise<PsaClient>
  readonly now: () => Date
  readonly tenantId: string
}

export type TicketPage = {
  readonly tickets: readonly LinkedTicket[]
  readonly psaAvailable: boolean
  readonly nextCursor?: string
}

/** One page, newest first. */
export const listTickets = async (
  listing: Listing,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<TicketPage> => {
  const { rows, nextCursor } = await listing.store
    .open(ticketTable)
    .ticket.list({ tenantId: listing.tenantId }, { limit: page.limit, cursor: page.cursor })
  return { ...(await withLiveStatus(listing, rows)), ...(nextCursor !== undefined && { nextCursor }) }
}

/** Tickets that one finding may have had, one after the other. */
const generationsMax = 20

/** The ticket of a finding and those it had before, newest first; none when it was never filed. */
export const listTicketsOfFinding = async (listing: Listing, findingId: string): Promise<TicketPage> => {
  const { tenantId } = listing
  const table = listing.store.open(ticketTable)
  const finding = await table.finding.get({ tenantId, findingId })
  const claim = finding && (await table.claim.get({ tenantId, fingerprint: finding.value.fingerprint }))
  const rows: Row<Ticket>[] = []
  let next: TicketKey | undefined = claim?.value.ticket
  while (next && rows.length < generationsMax) {
    const row: Row<Ticket> | undefined = await table.ticket.get({ tenantId, ...next })
    if (row) rows.push(row)
    next = row?.value.previous
  }
  return withLiveStatus(listing, rows)
}

const withLiveStatus = async (listing: Listing, rows: readonly Row<Ticket>[]): Promise<TicketPage> => {
  const { isAvailable, shown } = await showRecords(ticketEffect, { ...listing, peer: listing.psa }, rows)
  const now = listing.now()
  return { tickets: shown.map(({ value, live }) => linkedTicketOf(value, { live, now })), psaAvailable: isAvailable }
}
