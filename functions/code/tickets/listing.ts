// Lists Code-created tickets with their status in PSA, and with the last known one while PSA cannot be asked (CODE-2).
import { showRecords } from '../../../shared/effects/last-known.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type LinkedTicket, type TicketStatus, linkedTicketOf } from './linked-ticket.ts'
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

/** What a ticket must be to be listed; what is not given fits every ticket. */
export type TicketFilter = {
  readonly status?: TicketStatus | undefined
  readonly repositoryId?: string | undefined
  readonly type?: Ticket['type'] | undefined
  readonly clientName?: string | undefined
}

type PageAsked = {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly filter?: TicketFilter
}

/** A page of a filtered list looks at 500 tickets at most: where few of them fit, it ends there and its cursor goes on. */
const readsMax = 5
const readAtOnce = 100

/** One page, newest first. */
export const listTickets = async (listing: Listing, { limit, cursor, filter = {} }: PageAsked): Promise<TicketPage> => {
  const table = listing.store.open(ticketTable).ticket
  const isFiltered = Object.values(filter).some((wanted) => wanted !== undefined)
  const tickets: LinkedTicket[] = []
  let next = cursor
  for (let reads = 1; ; reads += 1) {
    const page = await table.list(
      { tenantId: listing.tenantId },
      { limit: isFiltered ? readAtOnce : limit, cursor: next },
    )
    const part = await fitting(listing, page.rows, filter, limit - tickets.length)
    tickets.push(...part.tickets)
    const isMidway = part.last !== undefined && part.last !== page.rows.at(-1)
    next = isMidway ? table.cursorAfter(part.last.value) : page.nextCursor
    // While PSA cannot be asked, one attempt a page is enough.
    if (next === undefined || tickets.length === limit || reads === readsMax || !part.psaAvailable)
      return { tickets, psaAvailable: part.psaAvailable, ...(next !== undefined && { nextCursor: next }) }
  }
}

type Part = {
  readonly tickets: readonly LinkedTicket[]
  readonly psaAvailable: boolean
  /** The row of the last of the tickets, when there is room for no more. */
  readonly last?: Row<Ticket> | undefined
}

/** The first of the rows that fit, at most `room`. The status is compared as it is shown: what PSA says now. */
const fitting = async (
  listing: Listing,
  rows: readonly Row<Ticket>[],
  { status, ...stored }: TicketFilter,
  room: number,
): Promise<Part> => {
  const known = rows.filter(({ value }) => isOf(value, stored))
  const asked = status === undefined ? known.slice(0, room) : known
  const { tickets, psaAvailable } = await withLiveStatus(listing, asked)
  const fit = tickets.flatMap((ticket, index) =>
    status === undefined || ticket.status.value === status ? [{ ticket, row: asked[index] }] : [],
  )
  const taken = fit.slice(0, room)
  return {
    tickets: taken.map(({ ticket }) => ticket),
    psaAvailable,
    ...(taken.length === room && { last: taken.at(-1)?.row }),
  }
}

const isOf = (ticket: Ticket, { repositoryId, type, clientName }: Omit<TicketFilter, 'status'>): boolean =>
  (repositoryId === undefined || ticket.repository.id === repositoryId) &&
  (type === undefined || ticket.type === type) &&
  (clientName === undefined || ticket.clientName === clientName)

/** Tickets that one finding may have had, one after the other. */
const generationsMax = 20

/** The ticket of a finding and those it had before, newest first; none when it was never filed. */
export const listTicketsOfFinding = async (
  listing: Listing,
  findingId: string,
  filter: TicketFilter = {},
): Promise<TicketPage> => {
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
  const { tickets, psaAvailable } = await fitting(listing, rows, filter, generationsMax)
  return { tickets, psaAvailable }
}

const withLiveStatus = async (listing: Listing, rows: readonly Row<Ticket>[]): Promise<TicketPage> => {
  const { isAvailable, shown } = await showRecords(ticketEffect, { ...listing, peer: listing.psa }, rows)
  const now = listing.now()
  return { tickets: shown.map(({ value, live }) => linkedTicketOf(value, { live, now })), psaAvailable: isAvailable }
}
