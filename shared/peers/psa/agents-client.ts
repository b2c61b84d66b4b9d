// What this suite asks of The One PSA about agents, as functions over the contract. Part of `PsaClient`.
import * as z from 'zod'
import { checkedFor } from '../checked-argument.ts'
import { idPages } from '../id-pages.ts'
import type { PeerClient } from '../peer-client.ts'
import { peerPath } from '../peer-path.ts'
import {
  PsaAgent,
  PsaAgentDraft,
  PsaAgentIdentity,
  PsaAgentPage,
  PsaPageRequest,
  PsaProblem,
  PsaTicketPage,
  psaLimits,
} from './contract.ts'

const checked = checkedFor('PSA')

/** Errors as those of `PsaClient`. All are safe to repeat. */
export type PsaAgentsClient = {
  /**
   * The agent as it stands afterwards.
   * - `created`: PSA had no such agent
   * - `current`: it stands at the draft's `sourceVersion`, by this call or an earlier one. After an earlier one it is what that
   *   one's draft said, even if this draft says something else
   * - `superseded`: PSA has a higher version, and the draft changed nothing
   */
  readonly putAgent: (
    tenantId: string,
    identity: string,
    draft: PsaAgentDraft,
  ) => Promise<{ readonly outcome: 'created' | 'current' | 'superseded'; readonly agent: PsaAgent }>
  readonly getAgent: (tenantId: string, identity: string) => Promise<PsaAgent | undefined>
  /** Those of the identities that PSA knows, in no promised order. Any number: asked for in pages. */
  readonly getAgents: (tenantId: string, identities: readonly string[]) => Promise<readonly PsaAgent[]>
  /** Active and inactive ones, in the order of identities. */
  readonly listAgents: (tenantId: string, page?: PsaPageRequest) => Promise<PsaAgentPage>
  /** Those assigned to the agent and neither resolved nor closed, in the order of ids; `undefined` when PSA has no such agent. */
  readonly listAgentTickets: (
    tenantId: string,
    identity: string,
    page?: PsaPageRequest,
  ) => Promise<PsaTicketPage | undefined>
}

/** @param call sends the tenant with each call, as the contract asks */
export const createPsaAgentsClient = (call: PeerClient['call']): PsaAgentsClient => ({
  ...agentLists(call),
  putAgent: async (tenantId, identity, draft) => {
    const body = checked(PsaAgentDraft, draft, 'agent')
    const standing = agentOf(identity).refine((agent) => agent.sourceVersion >= body.sourceVersion, {
      error: 'The agent stands at a lower version than the one that was put',
      path: ['sourceVersion'],
    })
    const { status, body: agent } = await call({
      operation: 'put agent',
      tenantId,
      method: 'PUT',
      path: peerPath`/v1/agents/${checked(PsaAgentIdentity, identity, 'identity')}`,
      body,
      answers: { 200: standing, 201: standing },
    })
    if (status === 201) return { outcome: 'created', agent }
    return { outcome: agent.sourceVersion === body.sourceVersion ? 'current' : 'superseded', agent }
  },
  getAgent: async (tenantId, identity) => {
    const answer = await call({
      operation: 'get agent',
      tenantId,
      method: 'GET',
      path: peerPath`/v1/agents/${checked(PsaAgentIdentity, identity, 'identity')}`,
      answers: { 200: agentOf(identity), 404: PsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})

/** Another agent than the one asked for is no answer: who is kept in step by it would get the rights of someone else. */
const agentOf = (identity: string) =>
  PsaAgent.refine((agent) => agent.identity === identity, {
    error: 'This is another agent than the one asked for',
    path: ['identity'],
  })

const agentLists = (
  call: PeerClient['call'],
): Pick<PsaAgentsClient, 'getAgents' | 'listAgents' | 'listAgentTickets'> => ({
  getAgents: async (tenantId, identities) => {
    const wanted = checked(z.array(PsaAgentIdentity), [...new Set(identities)], 'identities')
    const agents: PsaAgent[] = []
    for (const page of idPages(wanted, psaLimits.idsPerRead)) {
      const { body } = await call({
        operation: 'get agents',
        tenantId,
        method: 'GET',
        path: peerPath`/v1/agents`,
        query: { ids: page.join(',') },
        answers: { 200: PsaAgentPage },
      })
      agents.push(...body.agents)
    }
    return agents
  },
  listAgents: async (tenantId, page = {}) => {
    const { body } = await call({
      operation: 'list agents',
      tenantId,
      method: 'GET',
      path: peerPath`/v1/agents`,
      query: checked(PsaPageRequest, page, 'page'),
      answers: { 200: PsaAgentPage },
    })
    return body
  },
  listAgentTickets: async (tenantId, identity, page = {}) => {
    const answer = await call({
      operation: 'list agent tickets',
      tenantId,
      method: 'GET',
      path: peerPath`/v1/agents/${checked(PsaAgentIdentity, identity, 'identity')}/tickets`,
      query: checked(PsaPageRequest, page, 'page'),
      answers: { 200: PsaTicketPage, 404: PsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})
