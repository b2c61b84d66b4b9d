// The memory of the Hub stand-in's directory and the changes that it is made of: what the journal keeps.
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { HubOrganization, HubUser } from '../contract.ts'
import { everything, hubTenants } from './people.ts'

const Entry = { organization: HubOrganization, users: z.array(HubUser) }

export const HubChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('organization'), organization: Entry.organization }),
  z.object({ kind: z.literal('users'), tenantId: z.string(), users: Entry.users }),
  /** Forgets all of an organization, and begins again with what is `kept`. */
  z.object({ kind: z.literal('reset'), tenantId: z.string(), kept: z.object(Entry).optional() }),
])
export type HubChange = z.infer<typeof HubChange>

type StoredOrganization = { readonly organization: HubOrganization; readonly users: Map<string, HubUser> }

/** By organization id. Of a user there is never more than the present state. */
export type HubState = Map<string, StoredOrganization>

/** When the demo people were made, by their own account. */
const demoTime = '2026-01-01T00:00:00.000Z'

export const demoState = (): HubState =>
  new Map(
    hubTenants.map(({ id, slug, name, aiTier, people }) => [
      id,
      {
        organization: { id, slug, name, status: 'active', products: [...everything, 'oncall'], aiTier },
        users: new Map(
          people.map(({ entitlements, ...person }) => [
            person.id,
            { ...person, status: 'active', products: [...entitlements], version: 1, updatedAt: demoTime },
          ]),
        ),
      },
    ]),
  )

export const applyChange = (state: HubState, change: HubChange): void => {
  switch (change.kind) {
    case 'organization': {
      const { organization } = change
      state.set(organization.id, { organization, users: state.get(organization.id)?.users ?? new Map() })
      return
    }
    case 'users': {
      const users = state.get(change.tenantId)?.users
      for (const user of change.users) users?.set(user.id, user)
      return
    }
    case 'reset': {
      const { tenantId, kept } = change
      if (kept)
        state.set(tenantId, {
          organization: kept.organization,
          users: new Map(kept.users.map((user) => [user.id, user])),
        })
      else state.delete(tenantId)
    }
  }
}

/** The shortest list of changes that leads from the demo people to this state. */
export const snapshot = (state: HubState): HubChange[] => {
  const demo = demoState()
  return [...state].flatMap(([tenantId, { organization, users }]) => {
    const first = demo.get(tenantId)
    const changed = [...users.values()].filter((user) => !isDeepStrictEqual(user, first?.users.get(user.id)))
    const changes: HubChange[] = []
    if (!isDeepStrictEqual(organization, first?.organization)) changes.push({ kind: 'organization', organization })
    if (changed.length > 0) changes.push({ kind: 'users', tenantId, users: changed })
    return changes
  })
}
