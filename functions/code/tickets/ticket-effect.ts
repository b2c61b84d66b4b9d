// Tickets as an effect in PSA: how one is found, made and read there.
import { effect } from '../../../shared/effects/effect.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { PsaTicket, PsaTicketDraft } from '../../../shared/peers/psa/contract.ts'
import { incidentOf } from './incident.ts'
import { type Ticket, filingPending, ticketTable } from './ticket-table.ts'

type Seen = Pick<PsaTicket, 'id' | 'url' | 'status'>

export const ticketEffect = effect<Ticket, PsaTicketDraft, Seen, PsaClient, PsaTicket>({
  name: 'code.ticket',
  ...incidentOf,
  pending: filingPending,
  rows: (store) => store.open(ticketTable).ticket,
  peer: (services) => services.psa(),
  find: (psa, tenantId, ref) => psa.findTicketByReference(tenantId, ref),
  create: async (psa, tenantId, draft) => {
    const { outcome, ticket } = await psa.createTicket(tenantId, draft)
    return { thing: ticket, isNew: outcome === 'created' }
  },
  readMany: (psa, tenantId, ids) => psa.getTickets(tenantId, ids),
  seen: ({ id, url, status }) => ({ id, url, status }),
})
