// The PSA contract as the stand-in answers it: an operation for each route, with the checks that the real product makes.
import { z } from 'zod'
import {
  PsaExternalReference,
  PsaNoteDraft,
  PsaPriorityRaise,
  PsaReopening,
  PsaTicketDraft,
  PsaTicketId,
  PsaUnknownCompany,
  type PsaOperation,
  type PsaTicket,
  psaLimits,
} from '../../shared/peers/psa/contract.ts'
import { type Answer, type Route, problem, validated } from './http-exchange.ts'
import { type Operation, type OperationInput, operationRoute } from './keyed-contract.ts'
import { allOf, idsQuery } from './paging.ts'
import type { StoredTicket } from './psa-state.ts'
import type { PsaTickets } from './psa-tickets.ts'

const unknownCompany = PsaUnknownCompany.shape.type.value

/** What of a ticket the wire shows. */
export const toWire = (stored: StoredTicket, baseUrl: string): PsaTicket => ({
  id: stored.id,
  externalReference: stored.externalReference,
  title: stored.title,
  status: stored.status,
  priority: stored.priority,
  board: stored.board,
  companyId: stored.companyId,
  createdAt: stored.createdAt,
  updatedAt: stored.updatedAt,
  closedAt: stored.closedAt,
  url: `${baseUrl}/tickets/${stored.id}`,
  assignee: stored.assignee,
  version: stored.version,
})

export const createPsaRoutes = (
  tickets: PsaTickets,
  baseUrl: () => string,
): readonly Route<Operation<PsaOperation>>[] => {
  const show = (ticket: StoredTicket): PsaTicket => toWire(ticket, baseUrl())
  const withTicket = ({ tenantId, params }: OperationInput, use: (ticket: StoredTicket) => Answer): Answer => {
    const ticket = tickets.get(params['id'] ?? '', tenantId)
    return ticket ? use(ticket) : problem(404, 'There is no such ticket')
  }

  const createTicket = ({ tenantId, body }: OperationInput): Answer =>
    validated(PsaTicketDraft, body, (draft) => {
      const existing = tickets.findByReference(tenantId, draft.externalReference)
      if (existing) return problem(409, 'A ticket has this external reference', { ticket: show(existing) })
      if (draft.companyId !== null && !tickets.companyIds(tenantId).has(draft.companyId))
        return problem(422, 'There is no such company', {
          type: unknownCompany,
          detail: 'Correct companyId, or leave it null.',
        })
      return { status: 201, body: show(tickets.create(tenantId, draft)) }
    })

  const addNote = (input: OperationInput): Answer =>
    validated(PsaNoteDraft, input.body, (draft) =>
      withTicket(input, (ticket) => {
        const existing = ticket.notes.find(
          ({ reference, ofReopening }) => !ofReopening && reference === draft.reference,
        )
        return existing ? { status: 200, body: existing } : { status: 201, body: tickets.addNote(ticket, draft) }
      }),
    )

  const reopenTicket = (input: OperationInput): Answer =>
    validated(PsaReopening, input.body, (reopening) =>
      withTicket(input, (ticket) => {
        const again = ticket.notes.some(
          ({ reference, ofReopening }) => ofReopening && reference === reopening.reference,
        )
        return { status: 200, body: show(again ? ticket : tickets.reopen(ticket, reopening)) }
      }),
    )

  const raisePriority = (input: OperationInput): Answer =>
    validated(PsaPriorityRaise, input.body, (raise) =>
      withTicket(input, (ticket) => {
        const again = ticket.raises.includes(raise.reference)
        return { status: 200, body: show(again ? ticket : tickets.raisePriority(ticket, raise)) }
      }),
    )

  return [
    operationRoute('POST', '/v1/tickets', 'createTicket', createTicket),
    operationRoute('GET', '/v1/tickets', 'listTickets', (input) => listTickets(tickets, show, input)),
    operationRoute('GET', '/v1/tickets/:id', 'getTicket', (input) =>
      withTicket(input, (ticket) => ({ status: 200, body: show(ticket) })),
    ),
    operationRoute('POST', '/v1/tickets/:id/notes', 'addNote', addNote),
    operationRoute('POST', '/v1/tickets/:id/reopen', 'reopenTicket', reopenTicket),
    operationRoute('POST', '/v1/tickets/:id/priority', 'raisePriority', raisePriority),
    operationRoute('GET', '/v1/health', 'checkHealth', () => ({
      status: 200,
      body: { status: 'ok', version: 'stand-in' },
    })),
  ]
}

const TicketQuery = z.union([
  z.strictObject({ externalReference: PsaExternalReference }),
  idsQuery(PsaTicketId, psaLimits.idsPerRead),
])

const listTickets = (
  tickets: PsaTickets,
  show: (ticket: StoredTicket) => PsaTicket,
  { tenantId, query }: OperationInput,
): Answer =>
  validated(TicketQuery, Object.fromEntries(query), (wanted) => {
    const found =
      'ids' in wanted
        ? allOf(wanted.ids, (id) => tickets.get(id, tenantId))
        : allOf([wanted.externalReference], (reference) => tickets.findByReference(tenantId, reference))
    return { status: 200, body: { tickets: found.map(show) } }
  })
