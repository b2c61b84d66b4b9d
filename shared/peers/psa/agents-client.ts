// What this suite asks of The One PSA about agents, as functions over the contract. Part of `PsaClient`.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { idPages } from '../../peer-client/id-pages.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import {
  type ReadPsaAgent,
  ReadPsaAgentPage,
  type StandingAgent,
  readPsaAgentOf,
  readPsaAgentsOf,
  readStandingAgent,
} from './agent-answers.ts'
import { ReadPsaProblem, ReadPsaTicketPage } from './answers.ts'
import { PsaPageRequest, psaLimits } from './contract.ts'
import { type PsaAgentDraft, PsaAgentIdentity } from './agent-contract.ts'
import type { psaContract } from './operations.ts'

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
  ) => Promise<{ readonly outcome: 'created' | 'current' | 'superseded'; readonly agent: StandingAgent }>
  readonly getAgent: (tenantId: string, identity: string) => Promise<ReadPsaAgent | undefined>
  /** Those of the identities that PSA knows, in no promised order. Any number: asked for in pages. */
  readonly getAgents: (tenantId: string, identities: readonly string[]) => Promise<readonly ReadPsaAgent[]>
  /** Active and inactive ones, in the order of identities. */
  readonly listAgents: (tenantId: string, page?: PsaPageRequest) => Promise<ReadPsaAgentPage>
  /** Those assigned to the agent and neither resolved nor closed, in the order of ids; `undefined` when PSA has no such agent. */
  readonly listAgentTickets: (
    tenantId: string,
    identity: string,
    page?: PsaPageRequest,
  ) => Promise<ReadPsaTicketPage | undefined>
}

/** @param call sends the tenant with each call, as the contract asks */
export const createPsaAgentsClient = (call: OperationCall<typeof psaContract>): PsaAgentsClient => ({
  ...agentLists(call),
  putAgent: async (tenantId, identity, draft) => {
    const standing = readStandingAgent(identity, draft)
    const { status, body: agent } = await call('putAgent', {
      tenantId,
      params: { identity },
      body: draft,
      answers: { 200: standing, 201: standing },
    })
    if (status === 201) return { outcome: 'created', agent }
    return { outcome: agent.sourceVersion === draft.sourceVersion ? 'current' : 'superseded', agent }
  },
  getAgent: async (tenantId, identity) => {
    const answer = await call('getAgent', {
      tenantId,
      params: { identity },
      answers: { 200: readPsaAgentOf(identity), 404: ReadPsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})

const agentLists = (
  call: OperationCall<typeof psaContract>,
): Pick<PsaAgentsClient, 'getAgents' | 'listAgents' | 'listAgentTickets'> => ({
  getAgents: async (tenantId, identities) => {
    const wanted = checked(z.array(PsaAgentIdentity), [...new Set(identities)], 'identities')
    const agents: ReadPsaAgent[] = []
    for (const page of idPages(wanted, psaLimits.idsPerRead)) {
      const { body } = await call('listAgents', {
        tenantId,
        query: { ids: page.join(',') },
        answers: { 200: readPsaAgentsOf(page) },
      })
      agents.push(...body.agents)
    }
    return agents
  },
  listAgents: async (tenantId, page = {}) => {
    const { body } = await call('listAgents', {
      tenantId,
      query: checked(PsaPageRequest, page, 'page'),
      answers: { 200: ReadPsaAgentPage },
    })
    return body
  },
  listAgentTickets: async (tenantId, identity, page = {}) => {
    const answer = await call('listAgentTickets', {
      tenantId,
      params: { identity },
      query: checked(PsaPageRequest, page, 'page'),
      answers: { 200: ReadPsaTicketPage, 404: ReadPsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})
