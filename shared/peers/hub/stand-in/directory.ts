// The organizations and users of the Hub stand-in: what is read of them, and how they change.
import { isDeepStrictEqual } from 'node:util'
import type { HubOrganization, HubUser, Product } from '../contract.ts'
import { type HubChange, type HubState, applyChange, demoState, snapshot } from './state.ts'
import { everything } from './people.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

export type Member = { readonly user: HubUser; readonly organization: HubOrganization }

/** Products that the user may enter: granted to the user, and the organization has them and is not suspended. */
export const accessOf = ({ user, organization }: Member): Product[] =>
  organization.status === 'active' ? user.products.filter((product) => organization.products.includes(product)) : []

type Changes<Of> = { readonly [Key in keyof Of]?: Of[Key] | undefined | (Key extends 'aiTier' ? null : never) }
export type OrganizationChange = Changes<Omit<HubOrganization, 'id'>>
export type UserChange = Changes<Omit<HubUser, 'id' | 'version' | 'updatedAt'>>
export type UserDraft = UserChange & { readonly id: string }
/** `before` is missing for a user who was not there; it is `after` itself when nothing changed. */
export type ChangedUser = { readonly before: HubUser | undefined; readonly after: HubUser }

/** Everything is synchronous: a check and the change that follows from it are one step, whatever arrives in parallel. */
export const createHubDirectory = (journal: Journal<HubChange>, earlier: readonly HubChange[]) => {
  const state = demoState()
  for (const change of earlier) applyChange(state, change)
  journal.rewrite(snapshot(state))
  const record = (change: HubChange): void => {
    journal.append(change)
    applyChange(state, change)
  }
  return {
    organizations: (): readonly HubOrganization[] => [...state.values()].map(({ organization }) => organization),
    organization: (id: string): HubOrganization | undefined => state.get(id)?.organization,
    users: (tenantId: string): readonly HubUser[] => [...(state.get(tenantId)?.users.values() ?? [])],
    user: (tenantId: string, id: string): HubUser | undefined => state.get(tenantId)?.users.get(id),
    findMember: (email: string) => findMember(state, email),
    putOrganization: (id: string, changes: OrganizationChange): HubOrganization => {
      const fresh: HubOrganization = {
        id,
        slug: id,
        name: id,
        status: 'active',
        products: [...everything],
        aiTier: 'ai-pro',
      }
      const organization = merged<HubOrganization>(state.get(id)?.organization ?? fresh, changes)
      record({ kind: 'organization', organization })
      return organization
    },
    /** Creates those who are not there, and changes the others: all, or after an error none. */
    saveUsers: (organization: HubOrganization, drafts: readonly UserDraft[]): readonly ChangedUser[] => {
      const users = state.get(organization.id)?.users
      const changed = drafts.map((draft) => changedUser(users?.get(draft.id), draft, organization))
      const different = changed.filter(({ before, after }) => before !== after).map(({ after }) => after)
      if (different.length > 0) record({ kind: 'users', tenantId: organization.id, users: different })
      return changed
    },
    reset: (tenantId: string): void => record({ kind: 'reset', tenantId, ...keptOf(state, tenantId) }),
  }
}
export type HubDirectory = ReturnType<typeof createHubDirectory>

/** The first one with this address, which is told apart without regard to case. */
const findMember = (state: HubState, email: string): Member | undefined => {
  const wanted = email.trim().toLowerCase()
  for (const { organization, users } of state.values())
    for (const user of users.values()) if (user.email.toLowerCase() === wanted) return { user, organization }
  return undefined
}

const changedUser = (
  before: HubUser | undefined,
  { id, ...changes }: UserDraft,
  { slug, products }: HubOrganization,
) => {
  const base = before ?? {
    id,
    email: `${word(id)}@${word(slug)}.example`,
    firstName: 'Test',
    lastName: 'Person',
    status: 'active',
    orgRole: 'member',
    products,
    version: 0,
    updatedAt: '',
  }
  const next = merged<HubUser>(base, changes)
  if (before && isDeepStrictEqual(next, before)) return { before, after: before }
  return { before, after: { ...next, version: base.version + 1, updatedAt: new Date().toISOString() } }
}

/** Of any id something that may stand in an address. */
const word = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 100) || 'x'

/** `base` with what is given of `changes`, and without what is null there; each product once. */
const merged = <Of extends { readonly products: Product[] }>(base: Of, changes: Changes<Of>): Of => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const all = Object.entries({ ...base, ...(Object.fromEntries(given) as Partial<Of>) })
  const next = Object.fromEntries(all.filter(([, value]) => value !== null)) as unknown as Of
  return { ...next, products: [...new Set(next.products)] }
}

/** Demo people become what they were, in a version of their own if they were something else: versions never go back. */
const keptOf = (state: HubState, tenantId: string): Pick<Extract<HubChange, { kind: 'reset' }>, 'kept'> => {
  const demo = demoState().get(tenantId)
  if (!demo) return {}
  const now = new Date().toISOString()
  const users = [...demo.users.values()].map((first) => {
    const present = state.get(tenantId)?.users.get(first.id) ?? first
    const { version, updatedAt } = present
    return isDeepStrictEqual({ ...first, version, updatedAt }, present)
      ? present
      : { ...first, version: version + 1, updatedAt: now }
  })
  return { kept: { organization: demo.organization, users } }
}
