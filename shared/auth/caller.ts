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

/** What the platform's own staff may be allowed: app roles of their directory. None opens what an organization has written. */
export const operatorRoles = ['Operator.Keys', 'Operator.Billing', 'Operator.Platform'] as const
export type OperatorRole = (typeof operatorRoles)[number]

/** One of the platform's own staff (OPS-1), known by a token of their directory. */
export type Operator = {
  /** Of the directory (`tid`). */
  readonly directoryId: string
  /** Of the person in it (`oid`). */
  readonly objectId: string
  readonly roles: readonly OperatorRole[]
}

/** An operator who acts on one organization: there is an operator access to it now. */
export type OperatorCaller = { readonly kind: 'operator' } & Operator & {
    /** The organization in the path. */
    readonly tenantId: string
    readonly accessId: string
    /** As it was stated when the access was opened. */
    readonly reason: string
  }

/** An operator who acts on none: on what is the platform's own, or to open an access. */
export type PlatformCaller = { readonly kind: 'platform' } & Operator

export type AnyoneCaller = { readonly kind: 'anyone' }

/** Whom a credential shows. */
export type KnownCaller = SessionCaller | IntegrationCaller | OperatorCaller | PlatformCaller
export type Caller = KnownCaller | AnyoneCaller

/** What an integration key can be good for. */
export const scopes = [
  'code:tickets:read',
  'code:tickets:write',
  'code:sources:write',
  'code:opportunities:read',
  'code:opportunities:write',
  'code:projects:read',
  'code:projects:write',
  'code:studies:read',
  'code:studies:write',
  'governance:incidents:read',
  'governance:incidents:write',
  'governance:audit:read',
  'hub:agents:read',
  'ai:keys:read',
  'ai:behaviour:write',
  'ai:features:code',
  'ai:features:psa',
  'ai:features:crm',
  'ai:enrichments:read',
  'ai:enrichments:write',
  'ai:asset-enrichments:read',
  'ai:asset-enrichments:write',
  'ai:features:voice',
  'ai:features:books',
  'ai:features:defend',
  'ai:completions:use',
] as const
export type Scope = (typeof scopes)[number]

type SessionRule = { readonly kind: 'session'; readonly product: SignInProduct; readonly atLeast: OrgRole }
type IntegrationRule = { readonly kind: 'integration'; readonly scope: Scope }
type OperatorRule = { readonly kind: 'operator'; readonly role: OperatorRole }
type PlatformRule = { readonly kind: 'platform'; readonly roles: readonly OperatorRole[] }
type AnyoneRule = { readonly kind: 'anyone' }
export type CallerRule = SessionRule | IntegrationRule | OperatorRule | PlatformRule | AnyoneRule

/** People signed in to this product who have at least this role. */
export const session = (product: SignInProduct, { atLeast }: { atLeast: OrgRole }): SessionRule => ({
  kind: 'session',
  product,
  atLeast,
})

/** Products whose `X-Integration-Key` has this scope. */
export const integrationKey = (scope: Scope): IntegrationRule => ({ kind: 'integration', scope })

/** Operators with this role and an access to the organization that is `{tenantId}` of the path. Each call is in its audit log. */
export const operator = (role: OperatorRole): OperatorRule => ({ kind: 'operator', role })

/** Operators with one of these roles, where no organization is acted on. */
export const platformOperator = (...roles: readonly OperatorRole[]): PlatformRule => ({ kind: 'platform', roles })

/** The settings without which no operator is known. */
export const operatorSettings = ['OPERATOR_ISSUER', 'OPERATOR_AUDIENCE', 'OPERATOR_JWKS_URL'] as const

/** No credentials: only for sign-in itself, health and documents. */
export const anyone: AnyoneRule = { kind: 'anyone' }

/** The caller that a rule lets in. */
export type CallerOf<Rule extends CallerRule> = Extract<Caller, { kind: Rule['kind'] }>

/** A role that is not known here, whatever its type says, is none. */
export const hasRole = (role: OrgRole, atLeast: OrgRole): boolean =>
  orgRoles.includes(role) && orgRoles.indexOf(role) <= orgRoles.indexOf(atLeast)

/** Who did it, for records and logs: opaque, without a name or an address. */
export const actorOf = (caller: KnownCaller): string => {
  switch (caller.kind) {
    case 'session':
      return `user:${caller.userId}`
    case 'integration':
      return `key:${caller.keyId}`
    case 'operator':
    case 'platform':
      return operatorActor(caller)
  }
}

/** The person of an actor: none for keys and operators. */
export const userOf = (actor: string): string | undefined => (actor.startsWith('user:') ? actor.slice(5) : undefined)

export const operatorActor = ({ directoryId, objectId }: Pick<Operator, 'directoryId' | 'objectId'>): string =>
  `operator:${directoryId}/${objectId}`

/** The organization that the caller belongs to or acts on. */
export const tenantOf = (caller: Caller): string | undefined =>
  caller.kind === 'anyone' || caller.kind === 'platform' ? undefined : caller.tenantId
