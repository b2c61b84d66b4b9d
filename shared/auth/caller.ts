// Who is calling, and the rules by which a function says whom it takes (R10). Tenant and role come from the credential alone.
import type { OrgRole } from '../peers/hub/contract.ts'
import { orgRoles } from '../peers/hub/vocabulary.ts'
import type { Session } from './session.ts'
import type { SignInProduct } from './sign-in-product.ts'

/** A person, known by the session cookie of one product. */
export type SessionCaller = { readonly kind: 'session' } & Session

/** Another product, known by its integration key: the tenant is the one that the key was made for. */
export type IntegrationCaller = {
  readonly kind: 'integration'
  readonly tenantId: string
  readonly keyId: string
  /** The pair of products and the direction, e.g. `code→psa`. */
  readonly integration: string
  readonly scopes: readonly string[]
  /** When the key was made, on Hub's behalf. */
  readonly createdAt: string
}

export type AnyoneCaller = { readonly kind: 'anyone' }

export type Caller = SessionCaller | IntegrationCaller | AnyoneCaller

/** What an integration key can be good for. */
export const scopes = [
  'code:tickets:read',
  'code:tickets:write',
  'code:sources:write',
  'code:opportunities:read',
  'code:opportunities:write',
  'code:projects:read',
  'code:projects:write',
  'governance:incidents:read',
  'governance:incidents:write',
  'governance:audit:read',
  'platform:incidents:read',
  'platform:incidents:write',
  'platform:billing:write',
  'platform:keys:read',
  'platform:keys:write',
  'hub:agents:read',
  'ai:keys:read',
] as const
export type Scope = (typeof scopes)[number]

type SessionRule = { readonly kind: 'session'; readonly product: SignInProduct; readonly atLeast: OrgRole }
type IntegrationRule = { readonly kind: 'integration'; readonly scope: Scope }
type AnyoneRule = { readonly kind: 'anyone' }
export type CallerRule = SessionRule | IntegrationRule | AnyoneRule

/** People signed in to this product who have at least this role. */
export const session = (product: SignInProduct, { atLeast }: { atLeast: OrgRole }): SessionRule => ({
  kind: 'session',
  product,
  atLeast,
})

/** Products whose `X-Integration-Key` has this scope. */
export const integrationKey = (scope: Scope): IntegrationRule => ({ kind: 'integration', scope })

/** No credentials: only for sign-in itself, health and documents. */
export const anyone: AnyoneRule = { kind: 'anyone' }

/** The caller that a rule lets in. */
export type CallerOf<Rule extends CallerRule> = Extract<Caller, { kind: Rule['kind'] }>

export const hasRole = (role: OrgRole, atLeast: OrgRole): boolean => orgRoles.indexOf(role) <= orgRoles.indexOf(atLeast)

/** Who did it, for records and logs: opaque, without a name or an address. */
export const actorOf = (caller: SessionCaller | IntegrationCaller): string =>
  caller.kind === 'session' ? `user:${caller.userId}` : `key:${caller.keyId}`
