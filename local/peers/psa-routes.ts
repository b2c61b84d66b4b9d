// The PSA contract as the stand-in answers it: an operation for each route, with the checks that the real product makes.
import { z } from 'zod'
import {
  PsaExternalReference,
  PsaNoteDraft,
  PsaReopening,
  PsaTicketDraft,
  PsaTicketId,
  type PsaOperation,
  type PsaTicket,
  psaLimits,
} from '../../shared/peers/psa/contract.ts'
import { type Answer, type Route, problem } from './http-exchange.ts'
import type { StoredTicket } from './psa-state.ts'
import type { PsaTickets } from './psa-tickets.ts'

type OperationInput = {
  readonly tenantId: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
}

export type Operation = { readonly name: PsaOperation; readonly run: (input: OperationInput) => Answer }

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

export const validated = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  use: (parsed: z.output<Schema>) => Answer,
): Answer => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return use(parsed.data)
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  return problem(400, 'The request is not valid', { errors })
}

export const createPsaRoutes = (tickets: PsaTickets, baseUrl: () => string): readonly Route<Operation>[] => {
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
        return problem(422, 'There is no such company', { detail: 'Correct companyId, or leave it null.' })
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

  const route = (method: string, path: string, name: PsaOperation, run: Operation['run']): Route<Operation> => ({
    method,
    path,
    handler: { name, run },
  })
  return [
    route('POST', '/v1/tickets', 'createTicket', createTicket),
    route('GET', '/v1/tickets', 'listTickets', (input) => listTickets(tickets, show, input)),
    route('GET', '/v1/tickets/:id', 'getTicket', (input) =>
      withTicket(input, (ticket) => ({ status: 200, body: show(ticket) })),
    ),
    route('POST', '/v1/tickets/:id/notes', 'addNote', addNote),
    route('POST', '/v1/tickets/:id/reopen', 'reopenTicket', reopenTicket),
    route('GET', '/v1/health', 'checkHealth', () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } })),
  ]
}

const TicketQuery = z.union([
  z.strictObject({ externalReference: PsaExternalReference }),
  z.strictObject({
    ids: z
      .string()
      .transform((ids) => ids.split(','))
      .pipe(z.array(PsaTicketId).max(psaLimits.idsPerRead)),
  }),
])

const listTickets = (
  tickets: PsaTickets,
  show: (ticket: StoredTicket) => PsaTicket,
  { tenantId, query }: OperationInput,
): Answer =>
  validated(TicketQuery, Object.fromEntries(query), (wanted) => {
    const found =
      'ids' in wanted
        ? [...new Set(wanted.ids)].map((id) => tickets.get(id, tenantId))
        : [tickets.findByReference(tenantId, wanted.externalReference)]
    return { status: 200, body: { tickets: found.filter((ticket) => ticket !== undefined).map(show) } }
  })
