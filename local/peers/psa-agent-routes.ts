// The agents of the PSA contract as the stand-in answers it.
import { z } from 'zod'
import {
  type PsaAgent,
  PsaAgentDraft,
  PsaAgentIdentity,
  type PsaAgentPage,
  type PsaOperation,
  type PsaTicketPage,
  psaLimits,
} from '../../shared/peers/psa/contract.ts'
import { type Answer, type Route, problem, validated } from './http-exchange.ts'
import { type Operation, type OperationInput, operationRoute } from './keyed-contract.ts'
import { allOf, idsQuery, pageOf, pageQuery } from './paging.ts'
import type { PsaAgents } from './psa-agents.ts'
import { toWire } from './psa-routes.ts'
import type { StoredAgent } from './psa-state.ts'
import { type PsaTickets, isClosedStatus } from './psa-tickets.ts'

type Parts = { readonly agents: PsaAgents; readonly tickets: PsaTickets; readonly baseUrl: () => string }

export const createPsaAgentRoutes = ({
  agents,
  tickets,
  baseUrl,
}: Parts): readonly Route<Operation<PsaOperation>>[] => {
  const withAgent = ({ tenantId, params }: OperationInput, use: (agent: StoredAgent) => Answer): Answer => {
    const agent = agents.get(tenantId, params['identity'] ?? '')
    return agent ? use(agent) : problem(404, 'There is no such agent')
  }

  const putAgent = ({ tenantId, params, body }: OperationInput): Answer =>
    validated(PsaAgentIdentity, params['identity'], (identity) =>
      validated(PsaAgentDraft, body, (draft) => {
        const { agent, created } = agents.put(tenantId, identity, draft)
        return { status: created ? 201 : 200, body: withoutTenant(agent) }
      }),
    )

  const listAgentTickets = (input: OperationInput): Answer =>
    withAgent(input, ({ identity, tenantId }) =>
      validated(PageQuery, Object.fromEntries(input.query), (wanted) => {
        const open = tickets
          .list(tenantId)
          .filter(({ assignee, status }) => assignee?.id === identity && !isClosedStatus(status))
        const { items, end } = pageOf(open, ({ id }) => id, wanted)
        const body: PsaTicketPage = { tickets: items.map((ticket) => toWire(ticket, baseUrl())), ...end }
        return { status: 200, body }
      }),
    )

  return [
    operationRoute('PUT', '/v1/agents/:identity', 'putAgent', putAgent),
    operationRoute('GET', '/v1/agents/:identity', 'getAgent', (input) =>
      withAgent(input, (agent) => ({ status: 200, body: withoutTenant(agent) })),
    ),
    operationRoute('GET', '/v1/agents', 'listAgents', (input) => listAgents(agents, input)),
    operationRoute('GET', '/v1/agents/:identity/tickets', 'listAgentTickets', listAgentTickets),
  ]
}

const withoutTenant = ({ tenantId: _tenantId, ...agent }: StoredAgent): PsaAgent => agent

const PageQuery = pageQuery(psaLimits)
const AgentQuery = z.union([idsQuery(PsaAgentIdentity, psaLimits.idsPerRead), PageQuery])

const listAgents = (agents: PsaAgents, { tenantId, query }: OperationInput): Answer =>
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
