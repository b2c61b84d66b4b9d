// A ticket as a user sees it in the PSA stand-in: notes that are internal are for members and above.
import { type PsaTicketView, viewedNotesMax } from '../view-contract.ts'
import type { psaContract } from '../operations.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { StoredTicket } from './state.ts'
import { toWire } from './ticket-answers.ts'
import type { PsaTickets } from './tickets.ts'

type Parts = { readonly tickets: PsaTickets; readonly views: Views; readonly baseUrl: () => string }

export const psaViewAnswers = ({
  tickets,
  views,
  baseUrl,
}: Parts): Pick<Answers<typeof psaContract>, 'viewTicket'> => ({
  viewTicket: ({ tenantId, userId, params: { id } }) => {
    const ticket = tickets.get(id, tenantId)
    if (!ticket) return views.answer({ tenantId, userId }, undefined)
    const seesInternal = views.isAtLeast({ tenantId, userId }, 'member')
    const body = ticketView(ticket, baseUrl(), tickets.companies(tenantId), seesInternal)
    return views.answer({ tenantId, userId }, { clientId: ticket.companyId, atLeast: 'viewer', body })
  },
})

const ticketView = (
  ticket: StoredTicket,
  baseUrl: string,
  names: ReadonlyMap<string, string>,
  seesInternal: boolean,
): PsaTicketView => {
  const { companyId, assignee, notes, description } = ticket
  const { id, title, status, priority, board, createdAt, updatedAt, url } = toWire(ticket, baseUrl)
  return {
    id,
    title,
    status,
    priority,
    board,
    description,
    createdAt,
    updatedAt,
    url,
    company: companyId === null ? null : { id: companyId, name: names.get(companyId) ?? companyId },
    assignee: assignee && { name: assignee.name },
    recentNotes: notes
      .filter(({ internal }) => seesInternal || !internal)
      .toReversed()
      .slice(0, viewedNotesMax)
      .map(({ text, internal, createdAt: at, reference }) => ({ text, internal, createdAt: at, reference })),
  }
}
