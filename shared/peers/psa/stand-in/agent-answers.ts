// The agents of the PSA contract as the stand-in answers it.
import { z } from 'zod'
import { psaLimits } from '../contract.ts'
import { type PsaAgent, PsaAgentIdentity, type PsaAgentPage } from '../agent-contract.ts'
import type { PsaTicketPage } from '../ticket-contract.ts'
import type { psaContract } from '../operations.ts'
import { type Answer, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { allOf, idsQuery, pageOf, pageQuery } from '../../../../local/stand-ins/paging.ts'
import type { PsaAgents } from './agents.ts'
import { toWire } from './ticket-answers.ts'
import type { StoredAgent } from './state.ts'
import { type PsaTickets, isClosedStatus } from './tickets.ts'

type Parts = { readonly agents: PsaAgents; readonly tickets: PsaTickets; readonly baseUrl: () => string }

export const psaAgentAnswers = ({ agents, tickets, baseUrl }: Parts): AgentAnswers => {
  const withAgent = (tenantId: string, identity: string, use: (agent: StoredAgent) => Answer): Answer => {
    const agent = agents.get(tenantId, identity)
    return agent ? use(agent) : problem(404, 'There is no such agent')
  }
  return {
    putAgent: ({ tenantId, params, body }) => {
      const { agent, created } = agents.put(tenantId, params.identity, body)
      return { status: created ? 201 : 200, body: withoutTenant(agent) }
    },
    getAgent: ({ tenantId, params }) =>
      withAgent(tenantId, params.identity, (agent) => ({ status: 200, body: withoutTenant(agent) })),
    listAgents: ({ tenantId, query }) => listAgents(agents, tenantId, query),
    listAgentTickets: ({ tenantId, params, query }) =>
      withAgent(tenantId, params.identity, ({ identity }) =>
        validated(PageQuery, Object.fromEntries(query), (wanted) => {
          const open = tickets
            .list(tenantId)
            .filter(({ assignee, status }) => assignee?.id === identity && !isClosedStatus(status))
          const { items, end } = pageOf(open, ({ id }) => id, wanted)
          const body: PsaTicketPage = { tickets: items.map((ticket) => toWire(ticket, baseUrl())), ...end }
          return { status: 200, body }
        }),
      ),
  }
}

type AgentAnswers = Pick<Answers<typeof psaContract>, 'putAgent' | 'getAgent' | 'listAgents' | 'listAgentTickets'>

const withoutTenant = ({ tenantId: _tenantId, ...agent }: StoredAgent): PsaAgent => agent

const PageQuery = pageQuery(psaLimits)
const AgentQuery = z.union([idsQuery(PsaAgentIdentity, psaLimits.idsPerRead), PageQuery])

const listAgents = (agents: PsaAgents, tenantId: string, query: URLSearchParams): Answer =>
  validated(AgentQuery, Object.fromEntries(query), (wanted) => {
    if ('ids' in wanted) {
      const found = allOf(wanted.ids, (identity) => agents.get(tenantId, identity))
      const body: PsaAgentPage = { agents: found.map(withoutTenant) }
      return { status: 200, body }
    }
    const { items, end } = pageOf(agents.list(tenantId), ({ identity }) => identity, wanted)
    const body: PsaAgentPage = { agents: items.map(withoutTenant), ...end }
    return { status: 200, body }
  })
