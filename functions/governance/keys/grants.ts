// Who may be given a key, and for what: no key opens more than its integration needs, and none of a person more than the person may.
import type { Scope } from '../../../shared/auth/caller.ts'
import { hasRole } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import type { OrgRole } from '../../../shared/peers/hub/contract.ts'

/** The products that call this suite for an organization, and what each may ask for. */
export const grants = {
  'scanner→code': ['code:tickets:read', 'code:tickets:write', 'code:sources:write'],
  'portal→code': [
    'code:tickets:read',
    'code:tickets:write',
    'code:opportunities:read',
    'code:opportunities:write',
    'code:projects:read',
    'code:projects:write',
    'code:studies:read',
    'code:studies:write',
  ],
  'psa→code': ['code:tickets:read', 'code:projects:read'],
  'crm→code': ['code:opportunities:read'],
  'code→ai': ['ai:features:code', 'ai:completions:use'],
  'psa→ai': ['ai:features:psa'],
  'psa→hub': ['hub:agents:read'],
  'crm→ai': ['ai:features:crm', 'ai:enrichments:read', 'ai:enrichments:write'],
  'cmdb→ai': ['ai:asset-enrichments:read', 'ai:asset-enrichments:write'],
  'voice→ai': ['ai:features:voice'],
  'books→ai': ['ai:features:books'],
  'defend→ai': ['ai:features:defend', 'ai:behaviour:write'],
  'oncall→ai': ['governance:incidents:read', 'governance:incidents:write'],
} as const satisfies Readonly<Record<string, readonly Scope[]>>
export type KeyIntegration = keyof typeof grants

export const keyIntegrations = Object.keys(grants) as [KeyIntegration, ...KeyIntegration[]]

/** Of API keys: a person calls the AI Platform by a program. */
export const personIntegration = 'person→ai'

/** What an API key can be good for, and the least role of who makes it: the one that the same takes in a session. */
const personalGrants = {
  'ai:keys:read': 'admin',
  'ai:features:code': 'member',
  'ai:completions:use': 'member',
  'governance:incidents:read': 'member',
  'governance:incidents:write': 'admin',
  'governance:audit:read': 'admin',
} as const satisfies Readonly<Partial<Record<Scope, OrgRole>>>
export type PersonalScope = keyof typeof personalGrants

export const personalScopes = Object.keys(personalGrants) as [PersonalScope, ...PersonalScope[]]

/** @throws AppError `forbidden` for a scope that the integration has no use for */
export const requireGrant = (integration: KeyIntegration, asked: readonly Scope[]): void => {
  const known: readonly Scope[] = grants[integration]
  refuse(
    asked.filter((scope) => !known.includes(scope)),
    `A key of ${integration} cannot have`,
  )
}

/** @throws AppError `forbidden` for a scope that is wider than the role */
export const requirePersonalGrant = (role: OrgRole, asked: readonly PersonalScope[]): void =>
  refuse(
    asked.filter((scope) => !hasRole(role, personalGrants[scope])),
    `With the role ${role} a key cannot have`,
  )

const refuse = (tooWide: readonly Scope[], what: string): void => {
  if (tooWide.length > 0) throw new AppError('forbidden', `${what} the scope ${tooWide.join(', ')}. Leave it out.`)
}
