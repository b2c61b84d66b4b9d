// Governance → Operators (OPS-1): an operator opens an access to one organization, for a reason and a time; its admins see it.
import {
  integrationKey,
  operatorRoles,
  operatorSettings,
  platformOperator,
  session,
} from '../../../shared/auth/caller.ts'
import type * as stored from '../../../shared/auth/operator-access.ts'
import { type HttpDefinition, http, noBody } from '../../../shared/triggers/http.ts'
import type { OperatorAccess } from './contract.ts'

const contract = () => import('./contract.ts')
const accessFile = () => import('../../../shared/auth/operator-access.ts')

const anyOperator = [platformOperator(...operatorRoles)] as const
const operatorNeeds = ['DATA_STORAGE', ...operatorSettings] as const
const route = 'ai/governance/platform/tenants/{tenantId}/access'

const openOne = http({
  name: 'ai-open-operator-access',
  method: 'POST',
  route,
  summary: 'Opens an access of the operator to one organization, for a stated reason and a limited time',
  callers: anyOperator,
  needs: operatorNeeds,
  contract,
  audit: 'operator-access.opened',
  auditFacts: ['reason', 'minutes'],
  params: 'TenantPath',
  body: 'AccessOrder',
  returns: { 201: 'OperatorAccess' },
  errors: ['conflict', 'tenant-unknown'],
  handler: async ({ params: { tenantId }, body, actor, store, now }) => {
    const { openAccess } = await accessFile()
    const access = await openAccess(store, { tenantId, operator: actor, ...body }, now())
    return { status: 201, body: shownAccess(access, now()), made: { access: access.accessId } }
  },
})

const endOne = http({
  name: 'ai-end-operator-access',
  method: 'DELETE',
  route,
  summary: "Ends the operator's own access to an organization; without one there is nothing to do",
  callers: anyOperator,
  needs: operatorNeeds,
  contract,
  audit: 'operator-access.ended',
  params: 'TenantPath',
  returns: { 204: noBody },
  errors: ['tenant-unknown'],
  handler: async ({ params: { tenantId }, actor, store, now }) => {
    const { endAccess } = await accessFile()
    await endAccess(store, { tenantId, operator: actor }, now())
    return { status: 204 }
  },
})

const listAll = http({
  name: 'ai-list-operator-accesses',
  method: 'GET',
  route: 'ai/governance/operator-accesses',
  summary: 'The accesses that operators of the platform had to the organization, newest first',
  callers: [session('ai', { atLeast: 'admin' }), integrationKey('governance:audit:read')],
  needs: ['DATA_STORAGE'],
  contract,
  query: 'AccessQuery',
  returns: { 200: 'OperatorAccesses' },
  handler: async ({ query, tenantId, store, now }) => {
    const { operatorAccessTable } = await accessFile()
    const { rows, nextCursor } = await store.open(operatorAccessTable).access.list({ tenantId }, query)
    const accesses = rows.map(({ value }) => shownAccess(value, now()))
    return { status: 200, body: { accesses, ...(nextCursor !== undefined && { nextCursor }) } }
  },
})

const shownAccess = (access: stored.OperatorAccess, now: Date): OperatorAccess => {
  const { accessId: id, operator, reason, openedAt, expiresAt, endedAt } = access
  const state = endedAt !== undefined ? 'ended' : Date.parse(expiresAt) > now.getTime() ? 'current' : 'expired'
  return { id, operator, reason, openedAt, expiresAt, ...(endedAt !== undefined && { endedAt }), state }
}

export const operatorEndpoints: readonly HttpDefinition[] = [openOne, endOne, listAll]
