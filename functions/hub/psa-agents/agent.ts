// What a PSA agent should be, by what Hub says of the user and the organization (HUB-5).
import type { ReadHubOrganization, ReadHubUser } from '../../../shared/peers/hub/answers.ts'
import { isSuspended } from '../../../shared/peers/hub/vocabulary.ts'
import type { ReadPsaAgent } from '../../../shared/peers/psa/agent-answers.ts'
import { PsaAgentDraft } from '../../../shared/peers/psa/agent-contract.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'

/** A role that is not known here is no role: the agent is not active, and has the least one. */
const roles = {
  owner: 'admin',
  admin: 'admin',
  member: 'technician',
  viewer: 'viewer',
  [unknownValue]: 'viewer',
} as const satisfies Record<ReadHubUser['orgRole'], PsaAgentDraft['role']>

/**
 * Active while the user is, in a role that is known here, and both the user and the organization have PSA.
 * @param agent as PSA has it: an address that PSA cannot take keeps nobody active, the agent's own stays
 */
export const agentOf = (
  user: ReadHubUser,
  organization: ReadHubOrganization,
  agent: ReadPsaAgent | undefined,
): PsaAgentDraft => ({
  email: agent && !isAddress(user.email) ? agent.email : user.email,
  firstName: shorten(user.firstName, nameLengthMax),
  lastName: shorten(user.lastName, nameLengthMax),
  role: roles[user.orgRole],
  active:
    user.status === 'active' &&
    user.orgRole !== unknownValue &&
    user.products.includes('psa') &&
    !isSuspended(organization) &&
    organization.products.includes('psa'),
  sourceVersion: user.version,
})

const nameLengthMax = 200

const isAddress = (text: string): boolean => PsaAgentDraft.shape.email.safeParse(text).success

/** The agent of somebody whom Hub no longer knows. */
export const withoutUser = (agent: ReadPsaAgent): PsaAgentDraft => ({
  email: agent.email,
  firstName: agent.firstName,
  lastName: agent.lastName,
  role: agent.role === unknownValue ? 'viewer' : agent.role,
  active: false,
  sourceVersion: agent.sourceVersion,
})

const compared = ['email', 'firstName', 'lastName', 'role', 'active'] as const

/** Whether PSA has to hear of it. Somebody who may not have an agent and has none is left out of PSA. */
export const differs = (wanted: PsaAgentDraft, agent: ReadPsaAgent | undefined): boolean =>
  agent ? compared.some((field) => wanted[field] !== agent[field]) : wanted.active

/** Whether what the user lost, or the role, is more than the agent shows: then sessions are not to be trusted either. */
export const hadOtherAccess = (
  wanted: PsaAgentDraft,
  agent: ReadPsaAgent | undefined,
  user: ReadHubUser | undefined,
): boolean => agent !== undefined && (agent.role !== wanted.role || (agent.active && user?.status !== 'active'))
