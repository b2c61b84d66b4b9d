// The control API of the PSA stand-in, for tests and for people at a laptop. No product has it; it is open on the loopback only.
import { z } from 'zod'
import { PsaTicketStatus } from '../../shared/peers/psa/contract.ts'
import { FaultList, type Faults } from './faults.ts'
import { type Answer, type Route, problem } from './http-exchange.ts'
import { toWire, validated } from './psa-routes.ts'
import type { StoredTicket } from './psa-state.ts'
import { type PsaTickets, isClosedStatus } from './psa-tickets.ts'
import type { RequestCounts } from './request-counts.ts'

export type Control = (input: {
  /** `?tenantId=`: what the operation is limited to. */
  readonly tenantId: string | undefined
  readonly params: Readonly<Record<string, string>>
  readonly body: unknown
}) => Answer

const TicketChange = z.strictObject({
  status: PsaTicketStatus.optional(),
  closedAt: z.iso.datetime().optional(),
  assignee: z.strictObject({ id: z.string(), name: z.string() }).nullable().optional(),
})

const Companies = z.strictObject({ companyIds: z.array(z.string().min(1).max(64)) })
const Access = z.strictObject({ allowed: z.boolean() })

type Parts = {
  readonly tickets: PsaTickets
  readonly faults: Faults
  readonly counts: RequestCounts
  readonly baseUrl: () => string
}

const done: Answer = { status: 204 }

const withTenant = (tenantId: string | undefined, use: (tenantId: string) => Answer): Answer =>
  tenantId === undefined ? problem(400, 'The query parameter tenantId is missing') : use(tenantId)

export const createPsaControl = (parts: Parts): readonly Route<Control>[] => {
  const { tickets, counts, baseUrl } = parts
  const show = (ticket: StoredTicket) => ({ ...ticket, ...toWire(ticket, baseUrl()) })
  const withTicket = (id: string | undefined, tenantId: string | undefined, use: (ticket: StoredTicket) => Answer) => {
    const ticket = tickets.get(id ?? '', tenantId)
    return ticket ? use(ticket) : problem(404, 'There is no such ticket')
  }

  const changeTicket: Control = ({ tenantId, params, body }) =>
    validated(TicketChange, body, (change) =>
      withTicket(params['id'], tenantId, (ticket) =>
        change.closedAt !== undefined && !isClosedStatus(change.status ?? ticket.status)
          ? problem(400, 'Only a resolved or closed ticket has closedAt')
          : { status: 200, body: show(tickets.change(ticket, change)) },
      ),
    )

  return [
    route('GET', '/_control/tickets', ({ tenantId }) => ({
      status: 200,
      body: { tickets: tickets.list(tenantId).map(show) },
    })),
    route('PATCH', '/_control/tickets/:id', changeTicket),
    route('DELETE', '/_control/tickets/:id', ({ tenantId, params }) =>
      withTicket(params['id'], tenantId, (ticket) => {
        tickets.delete(ticket)
        return done
      }),
    ),
    route('PUT', '/_control/companies', ({ tenantId, body }) =>
      validated(Companies, body, ({ companyIds }) =>
        withTenant(tenantId, (tenant) => {
          tickets.setCompanyIds(tenant, companyIds)
          return done
        }),
      ),
    ),
    route('PUT', '/_control/access', ({ tenantId, body }) =>
      validated(Access, body, ({ allowed }) =>
        withTenant(tenantId, (tenant) => {
          tickets.setAccess(tenant, allowed)
          return done
        }),
      ),
    ),
    route('GET', '/_control/requests', ({ tenantId }) => ({ status: 200, body: { counts: counts.list(tenantId) } })),
    ...faultRoutes(parts),
  ]
}

const faultRoutes = ({ tickets, faults, counts }: Parts): readonly Route<Control>[] => [
  route('GET', '/_control/faults', ({ tenantId }) => ({ status: 200, body: { faults: faults.list(tenantId) } })),
  route('PUT', '/_control/faults', ({ tenantId, body }) =>
    validated(FaultList, body, (list) => {
      faults.set(list, tenantId)
      return done
    }),
  ),
  route('DELETE', '/_control/faults', ({ tenantId }) => {
    faults.clear(tenantId)
    return done
  }),
  route('POST', '/_control/reset', ({ tenantId }) => {
    tickets.reset(tenantId)
    faults.clear(tenantId)
    counts.reset(tenantId)
    return done
  }),
]

const route = (method: string, path: string, handler: Control): Route<Control> => ({ method, path, handler })
