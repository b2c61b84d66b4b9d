// Lists Code-created tickets with their status in PSA, and with the last known one while PSA cannot be asked (CODE-2).
import { isAppError } from '../../../shared/errors.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { PsaTicket } from '../../../shared/peers/psa/contract.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type LinkedTicket, linkedTicketOf } from './linked-ticket.ts'
import { isFiled } from './settlement.ts'
import { withStatus } from './ticket-status.ts'
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
  const live = await askPsa(
    listing,
    rows.flatMap(({ value }) => value.psa?.id ?? []),
  )
  const now = listing.now()
  const tickets = await Promise.all(
    rows.map(async ({ value, ...row }) => {
      const psaTicket = live?.get(value.psa?.id ?? '')
      if (!psaTicket || !isFiled(value)) return linkedTicketOf(value, { live: false, now })
      return linkedTicketOf(await withStatus(listing.store, { ...row, value }, psaTicket, now), { live: true, now })
    }),
  )
  return { tickets, psaAvailable: live !== undefined }
}

/** Undefined when PSA cannot be asked: that is no reason not to list. */
const askPsa = async (
  { psa, tenantId }: Listing,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PsaTicket> | undefined> => {
  try {
    const tickets = ids.length === 0 ? [] : await (await psa()).getTickets(tenantId, ids)
    return new Map(tickets.map((ticket) => [ticket.id, ticket]))
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn('code.ticket.status_not_live', { error })
    return undefined
  }
}
