// What one changed profile asks of CMDB, and how CMDB took it.
import { type AppError, isAppError } from '../../../shared/errors.ts'
import type { CmdbClient } from '../../../shared/peers/cmdb/client.ts'
import type { CmdbAssetDraft } from '../../../shared/peers/cmdb/contract.ts'
import type { Row } from '../../../shared/store/store.ts'
import type { ClientFinder } from '../clients/client-mapping.ts'
import type { Change, Profile } from './profile-table.ts'

type Asset = NonNullable<Profile['asset']>

/**
 * How it came out, on the profile and the mark as they were read.
 * - `sent`, `retired`: CMDB has what the profile said
 * - `refused`: CMDB will not have it, however often it is asked
 * - `settled`: there was nothing to do
 * - `overtaken`: CMDB has a higher version already
 */
export type Outcome = {
  readonly change: Row<Change>
  readonly profile: Row<Profile> | undefined
} & (
  | { readonly result: 'sent' | 'retired'; readonly asset: Omit<Asset, 'at'> }
  | { readonly result: 'refused'; readonly error: AppError }
  | { readonly result: 'settled' }
  | { readonly result: 'overtaken'; readonly byVersion: number }
)

type Parts = { readonly cmdb: CmdbClient; readonly clientOf: ClientFinder }

/** Throws what another try may mend. */
export const sendProfile = async (
  { cmdb, clientOf }: Parts,
  change: Row<Change>,
  profile: Row<Profile>,
): Promise<Outcome> => {
  const { tenantId, repositoryId, version, draft } = profile.value
  const client = await clientOf({ id: repositoryId, organizationId: draft.organizationId })
  const clientId = client?.cmdbClientId ?? null
  return unlessRefused({ change, profile }, async () => {
    const put = await cmdb.putAsset(tenantId, repositoryId, draftOf(profile.value, clientId))
    return put.outcome === 'superseded'
      ? { change, profile, result: 'overtaken', byVersion: put.asset.sourceVersion }
      : { change, profile, result: 'sent', asset: { version, state: 'active', clientId } }
  })
}

/** Also when CMDB is not known to have it: it may have been sent without anybody having recorded it. */
export const retireAsset = async (
  { cmdb }: Pick<Parts, 'cmdb'>,
  change: Row<Change>,
  profile: Row<Profile>,
): Promise<Outcome> => {
  const { tenantId, repositoryId, version, asset } = profile.value
  return unlessRefused({ change, profile }, async () => {
    const reason = 'The repository is gone from The One Code.'
    const { outcome } = await cmdb.retireAsset(tenantId, repositoryId, { reason })
    const retired = { version, state: 'retired', clientId: asset?.clientId ?? null } as const
    if (outcome === 'retired' || asset?.state === 'active')
      return { change, profile, result: 'retired', asset: retired }
    return { change, profile, result: 'settled' }
  })
}

const unlessRefused = async (
  read: Pick<Outcome, 'change' | 'profile'>,
  ask: () => Promise<Outcome>,
): Promise<Outcome> => {
  try {
    return await ask()
  } catch (error) {
    if (isAppError(error, 'peer-rejected', 'validation-failed')) return { ...read, result: 'refused', error }
    throw error
  }
}

const draftOf = ({ version, draft }: Profile, clientId: string | null): CmdbAssetDraft => {
  const { name, url, organizationId: _organizationId, ...attributes } = draft
  return {
    type: 'software_application',
    name,
    clientId,
    attributes: { ...(url !== undefined && { repositoryUrl: url }), ...attributes },
    sourceVersion: version,
  }
}
