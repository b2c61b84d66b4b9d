// Keeps the last status of tickets that PSA showed us, so that they can be listed while PSA is down.
import type { PsaTicket } from '../../../shared/peers/psa/contract.ts'
import { isAppError } from '../../../shared/errors.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type FiledTicket, seenNow } from './settlement.ts'
import { type Ticket, ticketTable } from './ticket-table.ts'

/** A status that did not change is written again only after this long: reading a list should not rewrite it. */
const rewriteAfterMs = 3_600_000

/** The ticket with PSA's present status. Recorded when it is news; losing the race to somebody else's record is fine. */
export const withStatus = async (
  store: Store,
  row: Row<Ticket> & { readonly value: FiledTicket },
  psaTicket: PsaTicket,
  now: Date,
): Promise<FiledTicket> => {
  const psa = seenNow(psaTicket, now)
  const known = row.value.psa
  const isNews = known.status !== psa.status || now.getTime() - Date.parse(known.statusAsOf) > rewriteAfterMs
  const ticket = { ...row.value, psa }
  if (isNews)
    try {
      await store.open(ticketTable).ticket.update(row, ticket)
    } catch (error) {
      if (!isAppError(error)) throw error
      log.warn('code.ticket.status_not_recorded', { ref: ticket.ref, error })
    }
  return ticket
}
