// The PSA contract as the stand-in answers it: an operation for each route, with the checks that the real product makes.
import { z } from 'zod'
import { type PsaHealth, psaLimits } from '../contract.ts'
import { PsaExternalReference, type PsaTicket, PsaTicketId, PsaUnknownCompany } from '../ticket-contract.ts'
import type { psaContract } from '../operations.ts'
import { type Answer, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { allOf, idsQuery } from '../../../../local/stand-ins/paging.ts'
import type { StoredTicket } from './state.ts'
import type { PsaTickets } from './tickets.ts'

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

export const psaTicketAnswers = (tickets: PsaTickets, baseUrl: () => string): TicketAnswers => {
  const show = (ticket: StoredTicket): PsaTicket => toWire(ticket, baseUrl())
  const withTicket = (tenantId: string, id: string, use: (ticket: StoredTicket) => Answer): Answer => {
    const ticket = tickets.get(id, tenantId)
    return ticket ? use(ticket) : problem(404, 'There is no such ticket')
  }
  return {
    createTicket: ({ tenantId, body: draft }) => {
      const existing = tickets.findByReference(tenantId, draft.externalReference)
      if (existing) return problem(409, 'A ticket has this external reference', { ticket: show(existing) })
      if (draft.companyId !== null && !tickets.companies(tenantId).has(draft.companyId))
        return problem(422, 'There is no such company', {
          type: unknownCompany,
          detail: 'Correct companyId, or leave it null.',
        })
      return { status: 201, body: show(tickets.create(tenantId, draft)) }
    },
    listTickets: ({ tenantId, query }) => listTickets(tickets, show, tenantId, query),
    getTicket: ({ tenantId, params }) =>
      withTicket(tenantId, params.id, (ticket) => ({ status: 200, body: show(ticket) })),
    addNote: ({ tenantId, params, body: draft }) =>
      withTicket(tenantId, params.id, (ticket) => {
        const existing = ticket.notes.find(
          ({ reference, ofReopening }) => !ofReopening && reference === draft.reference,
        )
        return existing ? { status: 200, body: existing } : { status: 201, body: tickets.addNote(ticket, draft) }
      }),
    reopenTicket: ({ tenantId, params, body: reopening }) =>
      withTicket(tenantId, params.id, (ticket) => {
        const again = ticket.notes.some(
          ({ reference, ofReopening }) => ofReopening && reference === reopening.reference,
        )
        return { status: 200, body: show(again ? ticket : tickets.reopen(ticket, reopening)) }
      }),
    raisePriority: ({ tenantId, params, body: raise }) =>
      withTicket(tenantId, params.id, (ticket) => {
        const again = ticket.raises.includes(raise.reference)
        return { status: 200, body: show(again ? ticket : tickets.raisePriority(ticket, raise)) }
      }),
    checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } satisfies PsaHealth }),
  }
}

type TicketAnswers = Pick<
  Answers<typeof psaContract>,
  'createTicket' | 'listTickets' | 'getTicket' | 'addNote' | 'reopenTicket' | 'raisePriority' | 'checkHealth'
>

const TicketQuery = z.union([
  z.strictObject({ externalReference: PsaExternalReference }),
  idsQuery(PsaTicketId, psaLimits.idsPerRead),
])

const listTickets = (
  tickets: PsaTickets,
  show: (ticket: StoredTicket) => PsaTicket,
  tenantId: string,
  query: URLSearchParams,
): Answer =>
  validated(TicketQuery, Object.fromEntries(query), (wanted) => {
    const found =
      'ids' in wanted
        ? allOf(wanted.ids, (id) => tickets.get(id, tenantId))
        : allOf([wanted.externalReference], (reference) => tickets.findByReference(tenantId, reference))
    return { status: 200, body: { tickets: found.map(show) } }
  })
