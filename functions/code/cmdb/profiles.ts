// Application profiles as The One Code hands them over: each change goes into the index of what is to be synced, in one transaction.
import type * as z from 'zod'
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import { untilUndisturbed } from '../../../shared/store/undisturbed.ts'
import type { AppProfile, ListedProfile, ProfileDraft, ProfileQuery } from './contract.ts'
import { type Profile, type Tools, markTenant, openProfiles } from './profile-table.ts'

type ProfileKey = { readonly tenantId: string; readonly repositoryId: string }

/** Stores it. One that says what is known already changes nothing. */
export const putProfile = (
  tools: Tools,
  key: ProfileKey,
  draft: ProfileDraft,
): Promise<{ readonly profile: AppProfile; readonly isNew: boolean }> =>
  untilUndisturbed(async () => {
    const rows = openProfiles(tools.store)
    const before = await rows.profile.get(key)
    const isNew = before === undefined || before.value.isGone
    const contentHash = sha256(canonicalJson(draft))
    if (!isNew && before.value.contentHash === contentHash) return { profile: shownProfile(before.value), isNew }
    const profile: Profile = {
      ...key,
      draft,
      contentHash,
      version: (before?.value.version ?? 0) + 1,
      isGone: false,
      changedAt: tools.now().toISOString(),
      ...(before?.value.asset && { asset: before.value.asset }),
    }
    await markTenant(tools, key.tenantId)
    await rows.transaction([
      before ? rows.profile.toUpdate(before, profile) : rows.profile.toInsert(profile),
      rows.change.toUpsert({ ...key, changedAt: profile.changedAt, retiresAsset: false }),
    ])
    return { profile: shownProfile(profile), isNew }
  })

/** The repository is gone. Repeating it changes nothing. @throws AppError `not-found` for one that was never known */
export const removeProfile = (tools: Tools, key: ProfileKey): Promise<void> =>
  untilUndisturbed(async () => {
    const rows = openProfiles(tools.store)
    const before = await rows.profile.get(key)
    if (!before) throw new AppError('not-found', 'There is no application profile of this repository.')
    if (before.value.isGone) return
    const changedAt = tools.now().toISOString()
    const { version, asset } = before.value
    await markTenant(tools, key.tenantId)
    await rows.transaction([
      rows.profile.toUpdate(before, { ...before.value, version: version + 1, isGone: true, changedAt }),
      rows.change.toUpsert({ ...key, changedAt, retiresAsset: asset?.state === 'active' }),
    ])
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
