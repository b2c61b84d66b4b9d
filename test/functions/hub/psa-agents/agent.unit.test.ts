import { describe, expect, it } from 'vitest'
import { agentOf, differs, hadOtherAccess, withoutUser } from '../../../../functions/hub/psa-agents/agent.ts'
import type { ReadHubOrganization, ReadHubUser } from '../../../../shared/peers/hub/answers.ts'
import type { ReadPsaAgent } from '../../../../shared/peers/psa/agent-answers.ts'
import { PsaAgentDraft } from '../../../../shared/peers/psa/agent-contract.ts'

const organization: ReadHubOrganization = { id: 't1', status: 'active', products: ['hub', 'psa'] }
const user: ReadHubUser = {
  id: 'u1',
  email: 'ann@acme.example',
  firstName: 'Ann',
  lastName: 'Lee',
  status: 'active',
  orgRole: 'member',
  products: ['psa'],
  version: 3,
}
const wanted = {
  email: 'ann@acme.example',
  firstName: 'Ann',
  lastName: 'Lee',
  role: 'technician',
  active: true,
  sourceVersion: 3,
} as const
const agent: ReadPsaAgent = { ...wanted, identity: 'u1' }

describe('the agent of a user', () => {
  it.each([
    ['owner', 'admin'],
    ['admin', 'admin'],
    ['member', 'technician'],
    ['viewer', 'viewer'],
  ] as const)('has for the role %s that of %s', (orgRole, role) => {
    expect(agentOf({ ...user, orgRole }, organization, undefined)).toEqual({ ...wanted, role })
  })

  it.each([
    ['the user is deactivated', { status: 'deactivated' }, {}],
    ['the user has not PSA', { products: ['code'] }, {}],
    ['the organization is suspended', {}, { status: 'suspended' }],
    ['the organization has not PSA', {}, { products: ['hub'] }],
    ['the status of the user is not known here', { status: 'unknown' }, {}],
    ['the status of the organization is not known here', {}, { status: 'unknown' }],
  ] as const)('is not active when %s', (_, ofUser, ofOrganization) => {
    const [one, its] = [{ ...user, ...ofUser } as ReadHubUser, { ...organization, ...ofOrganization }]
    expect(agentOf(one, its as ReadHubOrganization, agent)).toEqual({ ...wanted, active: false })
  })

  it('is nobody new, and no longer active, in a role that is not known here', () => {
    const changed = agentOf({ ...user, orgRole: 'unknown' }, organization, agent)
    expect(changed).toEqual({ ...wanted, role: 'viewer', active: false })
    expect(differs(changed, undefined)).toBe(false)
    expect(hadOtherAccess(changed, agent, { ...user, orgRole: 'unknown' })).toBe(true)
  })

  it('keeps its address when PSA cannot take the one of the user, and is deactivated all the same', () => {
    const left = { ...user, email: 'ann@müller', status: 'deactivated' } as const
    expect(agentOf(left, organization, agent)).toEqual({ ...wanted, active: false })
    expect(agentOf(left, organization, undefined).email).toBe('ann@müller')
  })

  it('has names as long as PSA takes them', () => {
    const long = agentOf({ ...user, firstName: '😀'.repeat(150), lastName: 'x'.repeat(201) }, organization, agent)
    expect(PsaAgentDraft.parse(long)).toEqual(long)
    expect(long.firstName.isWellFormed()).toBe(true)
  })

  it('is a viewer who is not active, for a role in PSA that is not known here and a user who is gone', () => {
    const gone = withoutUser({ ...agent, role: 'unknown' })
    expect(gone).toEqual({ ...wanted, role: 'viewer', active: false })
    expect(differs(agentOf(user, organization, agent), { ...agent, role: 'unknown' })).toBe(true)
  })
})
