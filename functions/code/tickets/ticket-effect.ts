// Tickets as an effect in PSA: how one is found, made and read there.
import { createOrTriage } from '../../../shared/clients/triage.ts'
import { effect } from '../../../shared/effects/effect.ts'
import { isAppError } from '../../../shared/errors.ts'
import type { ReadPsaTicket } from '../../../shared/peers/psa/answers.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { incidentOf } from './incident.ts'
import { type Ticket, type TicketDraft, filingPending, ticketTable } from './ticket-table.ts'

type Seen = Pick<ReadPsaTicket, 'id' | 'url' | 'status'>

export const ticketEffect = effect<Ticket, TicketDraft, Seen, PsaClient, ReadPsaTicket>({
  name: 'code.ticket',
  ...incidentOf,
  pending: filingPending,
  rows: (store) => store.open(ticketTable).ticket,
  peer: (services) => services.psa(),
  find: (psa, tenantId, ref) => psa.findTicketByReference(tenantId, ref),
  create: async (tools, { tenantId, clientId }, draft) => {
    const { outcome, ticket } = await createOrTriage(tools, draft.ticket, { ...incidentOf, tenantId, clientId })
    return { thing: ticket, isNew: outcome === 'created' }
  },
  complete: async (psa, tenantId, { ticket, notes }, { id }) => {
    for (const [index, text] of notes.entries()) {
      const reference = `${ticket.externalReference}-${index + 1}`
      await psa.addNote(tenantId, id, { reference, text, internal: true }).catch((error: unknown) => {
        // The ticket stands, and says that there is more: a note that PSA refuses for good must not keep it from being recorded.
        if (!isAppError(error, 'peer-rejected')) throw error
        log.error('code.ticket.note_refused', { ref: ticket.externalReference, tenantId, error })
      })
    }
  },
  readMany: (psa, tenantId, ids) => psa.getTickets(tenantId, ids),
  seen: ({ id, url, status }) => ({ id, url, status }),
})
