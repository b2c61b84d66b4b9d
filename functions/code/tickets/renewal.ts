// Keeps tickets that are open in PSA, and all that leads to them.
import { renewOpen } from '../../../shared/effects/renewal.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/entity.ts'
import type { Store } from '../../../shared/store/store.ts'
import { ticketEffect } from './ticket-effect.ts'
import { type Claim, type Ticket, ticketTable } from './ticket-table.ts'

/** @param signal aborted when the run has to stop: what is left waits for the next night */
export const renewTickets = (services: Services, signal: AbortSignal): Promise<void> =>
  renewOpen(
    {
      ...ticketEffect,
      table: ticketTable,
      recordsOf: async (store, { kind, row }) => {
        if (kind === 'ticket') return [row as Row<Ticket>]
        const claim = kind === 'claim' ? (row.value as Claim) : await claimOf(store, row.value as Known)
        return [claim && (await store.open(ticketTable).ticket.get({ tenantId: claim.tenantId, ...claim.ticket }))]
      },
      isClosed: ({ made }) => made?.status === 'closed' || made?.status === 'resolved',
    },
    services,
    signal,
  )

/** Of the rows from an id or an identity to a finding. */
type Known = Pick<Claim, 'tenantId' | 'fingerprint'>

const claimOf = async (store: Store, { tenantId, fingerprint }: Known): Promise<Claim | undefined> =>
  (await store.open(ticketTable).claim.get({ tenantId, fingerprint }))?.value
