// What a PSA agent should be, by what Hub says of the user and the organization (HUB-5).
import type { HubOrganization, HubUser } from '../../../shared/peers/hub/contract.ts'
import type { PsaAgent, PsaAgentDraft } from '../../../shared/peers/psa/contract.ts'

const roles = { owner: 'admin', admin: 'admin', member: 'technician', viewer: 'viewer' } as const satisfies Record<
  HubUser['orgRole'],
  PsaAgentDraft['role']
>

/** Active while the user is, and both the user and the organization have PSA. */
export const agentOf = (user: HubUser, organization: HubOrganization): PsaAgentDraft => ({
  email: user.email,
  firstName: user.firstName,
  lastName: user.lastName,
  role: roles[user.orgRole],
  active:
    user.status === 'active' &&
    user.products.includes('psa') &&
    organization.status === 'active' &&
    organization.products.includes('psa'),
  sourceVersion: user.version,
})

/** The agent of somebody whom Hub no longer knows. */
export const withoutUser = (agent: PsaAgent): PsaAgentDraft => ({
  email: agent.email,
  firstName: agent.firstName,
  lastName: agent.lastName,
  role: agent.role,
  active: false,
  sourceVersion: agent.sourceVersion,
})

const compared = ['email', 'firstName', 'lastName', 'role', 'active'] as const

/** Whether PSA has to hear of it. Somebody who may not have an agent and has none is left out of PSA. */
export const differs = (wanted: PsaAgentDraft, agent: PsaAgent | undefined): boolean =>
  agent ? compared.some((field) => wanted[field] !== agent[field]) : wanted.active

/** Whether what the user lost, or the role, is more than the agent shows: then sessions are not to be trusted either. */
export const hadOtherAccess = (
  wanted: PsaAgentDraft,
  agent: PsaAgent | undefined,
  user: HubUser | undefined,
): boolean => agent !== undefined && (agent.role !== wanted.role || (agent.active && user?.status !== 'active'))
