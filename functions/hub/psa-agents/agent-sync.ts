// Makes the PSA agent of one user what Hub says now. It does not replay the event: twice, late and out of order come out the same.
import { AppError } from '../../../shared/errors.ts'
import type { HubClient } from '../../../shared/peers/hub/client.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { PsaAgentDraft } from '../../../shared/peers/psa/agent-contract.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { HandledOutcome } from '../../../shared/triggers/subscriber.ts'
import { agentOf, differs, withoutUser } from './agent.ts'
import { noteReassignment } from './reassignment-table.ts'

export type AgentTools = {
  readonly hub: HubClient
  readonly psa: PsaClient
  readonly store: Store
  readonly now: () => Date
}

type Changed = {
  readonly tenantId: string
  readonly userId: string
  /** The version of the user that the event speaks of, if it does. */
  readonly version?: number | undefined
}

/** @throws AppError `conflict` while Hub still shows an older version than the event told of, and the errors of both peers */
export const syncAgent = async (tools: AgentTools, { tenantId, userId, version }: Changed): Promise<HandledOutcome> => {
  const { hub, psa } = tools
  const [organization, user, agent] = await Promise.all([
    hub.getOrganization(tenantId),
    hub.getUser(tenantId, userId),
    psa.getAgent(tenantId, userId),
  ])
  if (user && version !== undefined && user.version < version)
    throw new AppError(
      'conflict',
      `Hub returned version ${user.version} of a user after it had reported version ${version}.`,
    )
  const wanted = user && organization ? agentOf(user, organization, agent) : agent && withoutUser(agent)
  if (!wanted || (!agent && !wanted.active)) return 'ignored'
  if (!differs(wanted, agent)) return 'duplicate'
  await putAgent(tools, tenantId, userId, wanted)
  return 'completed'
}

/** PSA keeps what a newer version of the user has made of the agent, so a late writer undoes nothing. */
export const putAgent = async (
  { psa, store, now }: AgentTools,
  tenantId: string,
  userId: string,
  wanted: PsaAgentDraft,
): Promise<void> => {
  const { agent } = await psa.putAgent(tenantId, userId, wanted)
  await noteReassignment(store, { tenantId, userId }, agent.active ? undefined : now())
}
