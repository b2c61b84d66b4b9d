// Profiles go with the organization that is disconnected, and come back with it. An organization that nobody has registered is no loss.
import type { Operation } from '../../../shared/store/operation.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { sourceTable } from '../sources/source-table.ts'
import { type Profile, type ProfileRows, openProfiles } from './profile-table.ts'

const pageSize = 500

/** All organizations of a tenant that were ever connected, in the order of their ids. */
export const eachOrganization = async function* (
  store: Store,
  tenantId: string,
): AsyncGenerator<{ readonly orgId: string; readonly isConnected: boolean }> {
  for await (const { value } of store.open(sourceTable).organization.each({ tenantId }, { pageSize })) yield value
}

export const isDisconnected = async (store: Store, tenantId: string, orgId: string): Promise<boolean> =>
  (await store.open(sourceTable).organization.get({ tenantId, orgId }))?.value.isConnected === false

export const disconnectedOrganizations = async (store: Store, tenantId: string): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  for await (const { orgId, isConnected } of eachOrganization(store, tenantId)) if (!isConnected) ids.add(orgId)
  return ids
}

/** The profile as it is with its organization, or undefined when that changes nothing. */
const followed = (profile: Profile, disconnected: ReadonlySet<string>): Profile | undefined => {
  const { goneWith, ...others } = profile
  const { organizationId } = profile.draft
  const isLost = disconnected.has(organizationId)
  if (isLost && !profile.isGone) return { ...profile, isGone: true, goneWith: organizationId }
  return !isLost && goneWith !== undefined ? { ...others, isGone: false } : undefined
}

/**
 * Marks the profile as gone, or as back, and as changed. Doing it again changes nothing.
 * @param profile as it was read a moment ago
 * @returns whether it did
 */
export const followOrganization = async (
  store: Store,
  profile: Profile,
  disconnected: ReadonlySet<string>,
  now: Date,
): Promise<boolean> => {
  if (!followed(profile, disconnected)) return false
  const rows = openProfiles(store)
  return retryOnConflict(async () => {
    const before = await rows.profile.get(profile)
    const next = before && followed(before.value, disconnected)
    if (!before || !next) return false
    await rows.transaction(
      profileChange(rows, before, { ...next, version: next.version + 1, changedAt: now.toISOString() }),
    )
    return true
  })
}

/** The profile together with its mark in the index of changes. */
export const profileChange = (
  rows: ProfileRows,
  before: Row<Profile> | undefined,
  profile: Profile,
): readonly Operation[] => {
  const { tenantId, repositoryId, changedAt, isGone, asset } = profile
  const retiresAsset = isGone && asset?.state === 'active'
  return [
    before ? rows.profile.toUpdate(before, profile) : rows.profile.toInsert(profile),
    rows.change.toUpsert({ tenantId, repositoryId, changedAt, retiresAsset }),
  ]
}
