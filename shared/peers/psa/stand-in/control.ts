// The control API of the PSA stand-in: its tickets, agents, projects, companies and tenants, beside what every stand-in has.
import { z } from 'zod'
import { PsaTicketStatus } from '../ticket-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { type Answer, type Route, done, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { PsaAgents } from './agents.ts'
import { projectControlRoutes } from './project-answers.ts'
import type { PsaProjects } from './projects.ts'
import { toWire } from './ticket-answers.ts'
import type { StoredTicket } from './state.ts'
import { type PsaTickets, isClosedStatus } from './tickets.ts'
import {
  type Control,
  type FaultsAndCounts,
  controlRoute,
  faultRoutes,
  resetRoute,
} from '../../../../local/stand-ins/stand-in-control.ts'

const TicketChange = z.strictObject({
  status: PsaTicketStatus.optional(),
  closedAt: z.iso.datetime().optional(),
  assignee: z.strictObject({ id: z.string(), name: z.string() }).nullable().optional(),
})

const Companies = z.strictObject({
  companyIds: z.array(z.string().min(1).max(64)),
  names: z.record(z.string(), z.string()).optional(),
})
const Access = z.strictObject({ allowed: z.boolean() })

type Parts = FaultsAndCounts & {
  readonly tickets: PsaTickets
  readonly agents: PsaAgents
  readonly projects: PsaProjects
  readonly baseUrl: () => string
  readonly views: Views
}

const withTenant = (tenantId: string | undefined, use: (tenantId: string) => Answer): Answer =>
  tenantId === undefined ? problem(400, 'The query parameter tenantId is missing') : use(tenantId)

export const createPsaControl = (parts: Parts): readonly Route<Control>[] => {
  const { tickets, agents, baseUrl } = parts
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
    controlRoute('GET', '/_control/tickets', ({ tenantId }) => ({
      status: 200,
      body: { tickets: tickets.list(tenantId).map(show) },
    })),
    controlRoute('PATCH', '/_control/tickets/:id', changeTicket),
    controlRoute('DELETE', '/_control/tickets/:id', ({ tenantId, params }) =>
      withTicket(params['id'], tenantId, (ticket) => {
        tickets.delete(ticket)
        return done
      }),
    ),
    controlRoute('GET', '/_control/agents', ({ tenantId }) => ({
      status: 200,
      body: { agents: agents.list(tenantId) },
    })),
    ...projectControlRoutes(parts),
    controlRoute('PUT', '/_control/companies', ({ tenantId, body }) =>
      validated(Companies, body, ({ companyIds, names }) =>
        withTenant(tenantId, (tenant) => {
          tickets.setCompanies(tenant, companyIds, names)
          return done
        }),
      ),
    ),
    controlRoute('PUT', '/_control/access', ({ tenantId, body }) =>
      validated(Access, body, ({ allowed }) =>
        withTenant(tenantId, (tenant) => {
          tickets.setAccess(tenant, allowed)
          return done
        }),
      ),
    ),
    ...faultRoutes(parts),
    ...parts.views.control,
    resetRoute(parts, (tenantId) => {
      tickets.reset(tenantId)
      parts.views.reset(tenantId)
    }),
  ]
}
