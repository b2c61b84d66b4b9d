// Lists the open tickets of agents that were deactivated, as PSA has them now.
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { Reassignments } from './contract.ts'
import { reassignmentTable } from './reassignment-table.ts'

const ticketsPerAgent = 50

/** Agents who are active again, or have nothing open, are left out; so a page can be shorter than asked for. */
export const listReassignments = async (
  { store, psa }: { readonly store: Store; readonly psa: PsaClient },
  tenantId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Reassignments> => {
  const { rows, nextCursor } = await store.open(reassignmentTable).agent.list({ tenantId }, page)
  const known = await psa.getAgents(
    tenantId,
    rows.map(({ value }) => value.userId),
  )
  const agents: Reassignments['agents'] = []
  for (const { value } of rows) {
    const agent = known.find(({ identity }) => identity === value.userId)
    if (!agent || agent.active) continue
    const open = await psa.listAgentTickets(tenantId, value.userId, { limit: ticketsPerAgent })
    if (!open || open.tickets.length === 0) continue
    agents.push({
      userId: value.userId,
      firstName: agent.firstName,
      lastName: agent.lastName,
      deactivatedAt: value.deactivatedAt,
      openTickets: [...open.tickets],
      hasMoreTickets: open.nextCursor !== undefined,
    })
  }
  return { agents, ...(nextCursor !== undefined && { nextCursor }) }
}
