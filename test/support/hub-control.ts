// The control API of the Hub stand-in as functions: an organization of the test's own, its users, its usage, and faults.
import { z } from 'zod'
import type { Fault } from '../../local/stand-ins/faults.ts'
import { StoredUsage } from '../../shared/peers/hub/stand-in/billing.ts'
import { HubOrganization, HubUser } from '../../shared/peers/hub/contract.ts'
import type { HubOperation } from '../../shared/peers/hub/operations.ts'

type Changes<Of> = {
  readonly [Key in keyof Of]?:
    | (Key extends 'aiTier' ? null : never)
    | (Of[Key] extends readonly (infer Item)[] ? readonly Item[] : Of[Key])
    | undefined
}
type OrganizationChange = Changes<Omit<HubOrganization, 'id'>>
type UserChange = Changes<Omit<HubUser, 'id' | 'version' | 'updatedAt'>>

const Published = z.array(z.object({ id: z.string(), type: z.string(), accepted: z.boolean() }))
const Changed = z.object({ before: HubUser.nullable(), after: HubUser, published: Published })
const Created = z.object({ users: z.array(HubUser), published: Published })

/** What is asked for beside the change: `publish: false` tells the bus nothing of it. */
type Publishing = { readonly publish?: boolean }

export type HubControl = {
  /** Creates the organization, or changes it. What a new one is not given: its id as slug and name, active, and the usual products. */
  readonly putOrganization: (change?: OrganizationChange) => Promise<HubOrganization>
  /** Creates a user, or changes one. What a new one is not given: an active member with the products of the organization. */
  readonly putUser: (userId: string, change?: UserChange, publishing?: Publishing) => Promise<z.output<typeof Changed>>
  /** At most 1,000 in one call. */
  readonly putUsers: (
    users: readonly (UserChange & { readonly id: string })[],
    publishing?: Publishing,
  ) => Promise<z.output<typeof Created>>
  /** A change of a user who is there. `published` are the events that came of it, and whether the bus has taken them. */
  readonly changeUser: (
    userId: string,
    change: UserChange,
    publishing?: Publishing,
  ) => Promise<z.output<typeof Changed>>
  /** The days that Hub has, of all metrics, in the order in which they were first reported. */
  readonly usage: () => Promise<readonly StoredUsage[]>
  /** Forgets the organization with its users, usage, faults and counts. One of the demo organizations becomes what it was. */
  readonly reset: () => Promise<void>
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** How often each operation was asked for. */
  readonly requests: () => Promise<Partial<Record<HubOperation, number>>>
}

export const hubControl = (hubUrl: string, tenantId: string): HubControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${hubUrl}/_control/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`Hub refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : await response.json()
  }
  const own = `organizations/${encodeURIComponent(tenantId)}`
  const ofTenant = `?tenantId=${encodeURIComponent(tenantId)}`
  const query = ({ publish = true }: Publishing): string => `?publish=${publish}`
  const user = (userId: string, publishing: Publishing): string =>
    `${own}/users/${encodeURIComponent(userId)}${query(publishing)}`
  return {
    putOrganization: async (change = {}) => HubOrganization.parse(await call('PUT', own, change)),
    putUser: async (userId, change = {}, publishing = {}) =>
      Changed.parse(await call('PUT', user(userId, publishing), change)),
    putUsers: async (users, publishing = {}) =>
      Created.parse(await call('POST', `${own}/users${query(publishing)}`, { users })),
    changeUser: async (userId, change, publishing = {}) =>
      Changed.parse(await call('PATCH', user(userId, publishing), change)),
    usage: async () => z.object({ usage: z.array(StoredUsage) }).parse(await call('GET', `usage${ofTenant}`)).usage,
    reset: async () => void (await call('POST', `${own}/reset`)),
    setFaults: async (...faults) => void (await call('PUT', `faults${ofTenant}`, faults)),
    clearFaults: async () => void (await call('DELETE', `faults${ofTenant}`)),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await call('GET', `requests${ofTenant}`)).counts,
  }
}
