// Takes a ticket that was begun to its end: made in PSA once, and recorded here. Every step can be repeated from anywhere.
import { AppError, isAppError } from '../../../shared/errors.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { PsaTicket } from '../../../shared/peers/psa/contract.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type Ticket, filingBuckets, filingTable, ticketTable } from './ticket-table.ts'

type Tools = { readonly store: Store; readonly psa: PsaClient; readonly now: () => Date }

/** A ticket that PSA has. */
export type FiledTicket = Ticket & { readonly psa: NonNullable<Ticket['psa']> }

export const isFiled = (ticket: Ticket): ticket is FiledTicket => ticket.psa !== undefined

export const markerOf = ({ ref, tenantId, createdAt }: Ticket) => ({
  bucket: filingBuckets.of(ref),
  tenantId,
  createdAt,
  ref,
})

/**
 * Looks the reference up in PSA, creates the ticket when it is not there, and records it. `created` is true for the one call
 * whose request made it. A refusal for good is recorded as `rejected` and thrown.
 */
export const settle = async (
  { store, psa, now }: Tools,
  ticket: Ticket,
): Promise<{ readonly ticket: FiledTicket; readonly created: boolean }> => {
  const markers = store.open(filingTable)
  if (isFiled(ticket)) return { ticket, created: false }
  const made = await makeInPsa(psa, ticket).catch(async (error: unknown) => {
    if (isAppError(error, 'peer-rejected')) {
      await record(store, ticket, { state: 'rejected' })
      await markers.filing.delete(markerOf(ticket))
    }
    throw error
  })
  const filed = await record(store, ticket, { state: 'filed', psa: seenNow(made.ticket, now()), draft: undefined })
  await markers.filing.delete(markerOf(ticket))
  if (!isFiled(filed)) throw new AppError('internal', `Ticket ${ticket.ref} was filed and not recorded.`)
  return { ticket: filed, created: made.created }
}

/** What we keep of PSA's ticket: enough to list it while PSA is down. */
export const seenNow = ({ id, url, status }: PsaTicket, now: Date): FiledTicket['psa'] => ({
  id,
  url,
  status,
  statusAsOf: now.toISOString(),
})

const makeInPsa = async (
  psa: PsaClient,
  { tenantId, ref, draft }: Ticket,
): Promise<{ readonly ticket: PsaTicket; readonly created: boolean }> => {
  const found = await psa.findTicketByReference(tenantId, ref)
  if (found) return { ticket: found, created: false }
  if (!draft) throw new AppError('internal', `Ticket ${ref} has neither a draft nor a ticket in PSA.`)
  const { outcome, ticket } = await psa.createTicket(tenantId, draft)
  return { ticket, created: outcome === 'created' }
}

/** Whoever records first wins; a second one leaves what is there, since both saw the same ticket of PSA. */
const record = async (
  store: Store,
  ticket: Ticket,
  change: Pick<Ticket, 'state'> & { readonly psa?: Ticket['psa']; readonly draft?: undefined },
): Promise<Ticket> => {
  const { value } = await store.open(ticketTable).ticket.modify(ticket, (current) => {
    if (current && isFiled(current)) return current
    const { draft, ...rest } = current ?? ticket
    return {
      ...rest,
      ...('draft' in change || draft === undefined ? {} : { draft }),
      state: change.state,
      ...(change.psa && { psa: change.psa }),
    }
  })
  return value
}
