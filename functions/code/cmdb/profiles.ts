// Application profiles as The One Code hands them over: each change goes into the index of what is to be synced, in one transaction.
import type * as z from 'zod'
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { AppProfile, ListedProfile, ProfileDraft, ProfileQuery } from './contract.ts'
import { isDisconnected, profileChange } from './organization-loss.ts'
import { type Profile, type Tools, markTenant, openProfiles } from './profile-table.ts'

type ProfileKey = { readonly tenantId: string; readonly repositoryId: string }

/** Stores it. One that says what is known already changes nothing. While its organization is disconnected it stays gone. */
export const putProfile = (
  tools: Tools,
  key: ProfileKey,
  draft: ProfileDraft,
): Promise<{ readonly profile: AppProfile; readonly isNew: boolean }> =>
  retryOnConflict(async () => {
    const rows = openProfiles(tools.store)
    const before = await rows.profile.get(key)
    const { organizationId } = draft
    const isLost = await isDisconnected(tools.store, key.tenantId, organizationId)
    const isNew = before === undefined || (before.value.isGone && before.value.goneWith === undefined)
    const contentHash = sha256(canonicalJson(draft))
    if (!isNew && before.value.contentHash === contentHash && before.value.isGone === isLost)
      return { profile: shownProfile(before.value), isNew }
    const profile: Profile = {
      ...key,
      draft,
      contentHash,
      version: (before?.value.version ?? 0) + 1,
      isGone: isLost,
      ...(isLost && { goneWith: organizationId }),
      changedAt: tools.now().toISOString(),
      ...(before?.value.asset && { asset: before.value.asset }),
    }
    await markTenant(tools, key.tenantId)
    await rows.transaction(profileChange(rows, before, profile))
    // Whoever compared all profiles in between may not have seen this one.
    if ((await isDisconnected(tools.store, key.tenantId, organizationId)) !== isLost)
      throw new AppError('conflict', 'The organization was connected or disconnected in the meantime.')
    return { profile: shownProfile(profile), isNew }
  })

/** The repository is gone. Repeating it changes nothing. @throws AppError `not-found` for one that was never known */
export const removeProfile = (tools: Tools, key: ProfileKey): Promise<void> =>
  retryOnConflict(async () => {
    const rows = openProfiles(tools.store)
    const before = await rows.profile.get(key)
    if (!before) throw new AppError('not-found', 'This repository has no application profile.')
    const { goneWith, ...known } = before.value
    if (known.isGone && goneWith === undefined) return
    const changedAt = tools.now().toISOString()
    await markTenant(tools, key.tenantId)
    await rows.transaction(
      profileChange(rows, before, { ...known, version: known.version + 1, isGone: true, changedAt }),
    )
  })

const shownProfile = ({ repositoryId, version, changedAt, asset }: Profile): AppProfile => ({
  repositoryId,
  version,
  changedAt,
  assetVersion: asset?.state === 'active' ? asset.version : null,
})

/** One page, in the order of repositories. */
export const listProfiles = async (
  { store }: Pick<Tools, 'store'>,
  tenantId: string,
  { organizationId, state, limit, cursor }: z.output<typeof ProfileQuery>,
): Promise<{ readonly profiles: ListedProfile[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await openProfiles(store).profile.list({ tenantId }, { limit, cursor })
  const profiles = rows
    .map(({ value }) => value)
    .filter(({ draft }) => organizationId === undefined || draft.organizationId === organizationId)
    .filter(({ isGone }) => state === 'all' || isGone === (state === 'gone'))
  return { profiles: profiles.map(listed), ...(nextCursor !== undefined && { nextCursor }) }
}

const listed = ({ repositoryId, draft, isGone, version, changedAt, asset }: Profile): ListedProfile => ({
  repositoryId,
  name: draft.name,
  organizationId: draft.organizationId,
  isGone,
  version,
  changedAt,
  asset: asset ?? null,
})
