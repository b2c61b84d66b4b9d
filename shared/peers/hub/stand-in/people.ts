// The people whom the Hub stand-in begins with: two organizations, in each every role, and one user who has not got The One Code.
import type { AiTier, OrgRole, Product } from '../contract.ts'

export type Person = {
  /** `portal_user_id` */
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly orgRole: OrgRole
  readonly entitlements: readonly Product[]
}

export type Tenant = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly aiTier: AiTier
  readonly people: readonly Person[]
}

/** What an organization has that nobody says otherwise of. */
export const everything: readonly Product[] = ['hub', 'psa', 'rmm', 'code', 'ai']
const withoutCode: readonly Product[] = ['hub', 'psa', 'rmm', 'ai']

export const hubTenants: readonly Tenant[] = [
  {
    id: 'tenant-northwind',
    slug: 'northwind',
    name: 'Northwind MSP',
    aiTier: 'ai-pro',
    people: [
      person('northwind-owner', 'olivia@northwind.example', 'Olivia', 'Reed', 'owner', everything),
      person('northwind-admin', 'adam@northwind.example', 'Adam', 'Sato', 'admin', everything),
      person('northwind-member', 'mia@northwind.example', 'Mia', 'Torres', 'member', everything),
      person('northwind-viewer', 'victor@northwind.example', 'Victor', 'Lindqvist', 'viewer', everything),
      person('northwind-without-code', 'noah@northwind.example', 'Noah', 'Okafor', 'member', withoutCode),
    ],
  },
  {
    id: 'tenant-contoso',
    slug: 'contoso',
    name: 'Contoso IT',
    aiTier: 'ai-basic',
    people: [
      person('contoso-owner', 'oscar@contoso.example', 'Oscar', 'Neumann', 'owner', everything),
      person('contoso-admin', 'aisha@contoso.example', 'Aisha', 'Khan', 'admin', everything),
      person('contoso-member', 'marc@contoso.example', 'Marc', 'Dubois', 'member', everything),
      person('contoso-viewer', 'vera@contoso.example', 'Vera', 'Kovač', 'viewer', everything),
      person('contoso-without-code', 'nina@contoso.example', 'Nina', "O'Brien", 'member', withoutCode),
    ],
  },
]

/** Who the local stack signs in when nobody else is named: a technician of the first organization. */
export const demoTechnicianEmail = 'mia@northwind.example'

function person(
  id: string,
  email: string,
  firstName: string,
  lastName: string,
  orgRole: OrgRole,
  entitlements: readonly Product[],
): Person {
  return { id: `user-${id}`, email, firstName, lastName, orgRole, entitlements }
}
