// Notices that repositories belong to other clients than before, or that their organization was disconnected or connected again: then
// their assets have to be sent or retired, although nobody has changed a profile.
import { createHash } from 'node:crypto'
import { clientTable } from '../../../shared/clients/client-directory.ts'
import { isAppError } from '../../../shared/errors.ts'
import type { Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { clientMappingTable } from '../clients/client-mapping.ts'
import { disconnectedOrganizations, eachOrganization, followOrganization } from './organization-loss.ts'
import { type Profile, type ProfileRows, type Standing, type Tools, openProfiles } from './profile-table.ts'
import { isOn, readTurn } from './sync-turn.ts'

const pageSize = 500
const pagesMax = 10

/** Of all mappings, of what CMDB calls the clients, and of which organizations are connected. */
export const clientDigest = async (store: Store, tenantId: string): Promise<string> => {
  const hash = createHash('sha256')
  const { mapping } = store.open(clientMappingTable)
  for await (const { value } of mapping.each({ tenantId }, { pageSize }))
    hash.update(`${JSON.stringify([value.source, value.sourceId, value.clientId])}\n`)
  for await (const { value } of store.open(clientTable).client.each({ tenantId }, { pageSize }))
    hash.update(`${JSON.stringify([value.clientId, value.cmdbClientId ?? null])}\n`)
  for await (const { orgId, isConnected } of eachOrganization(store, tenantId))
    hash.update(`${JSON.stringify([orgId, isConnected])}\n`)
  return hash.digest('base64url')
}

type SyncKey = { readonly tenantId: string; readonly requestId: string }
type Compared = { readonly marked: number; readonly cursor: string | null }

/**
 * Compares the clients of the next 5,000 profiles with those that CMDB has, and marks the ones that differ as changed; all of them when everything is to be sent again. After the last
 * of them the digest is recorded.
 */
export const compareClients = async (
  tools: Tools,
  { tenantId, requestId }: SyncKey,
  from: { readonly cursor: string | null; readonly mappings: string; readonly reconcile: string | null },
): Promise<Compared> => {
  const rows = openProfiles(tools.store)
  const [wantedOf, disconnected] = await Promise.all([
    wantedClients(tools.store, tenantId),
    disconnectedOrganizations(tools.store, tenantId),
  ])
  let marked = 0
  let cursor = from.cursor ?? undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const found = await rows.profile.list({ tenantId }, { limit: pageSize, cursor })
    const profiles = found.rows.map(({ value }) => value)
    const wanted = await wantedOf(profiles)
    for (const profile of profiles)
      if (await followOrganization(tools.store, profile, disconnected, tools.now())) marked += 1
    const differing = profiles.filter(
      ({ isGone, asset, draft }, index) =>
        !isGone &&
        !disconnected.has(draft.organizationId) &&
        (from.reconcile !== null || (asset?.state === 'active' && asset.clientId !== wanted[index])),
    )
    for (const profile of differing) if (await markChanged(rows, profile, tools.now())) marked += 1
    cursor = found.nextCursor
    if (cursor === undefined) break
  }
  const digest = cursor === undefined ? from.mappings : null
  await recordComparison(tools, { tenantId, requestId }, { marked, digest, reconcile: from.reconcile })
  return { marked, cursor: cursor ?? null }
}

/** False when it is marked already: a mark that says more, of a repository that is gone, must stay as it is. */
const markChanged = async (rows: ProfileRows, { tenantId, repositoryId }: Profile, now: Date): Promise<boolean> => {
  try {
    await rows.change.insert({ tenantId, repositoryId, changedAt: now.toISOString(), retiresAsset: false })
    return true
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    return false
  }
}

const recordComparison = (
  { store, now }: Tools,
  { tenantId, requestId }: SyncKey,
  {
    marked,
    digest,
    reconcile,
  }: { readonly marked: number; readonly digest: string | null; readonly reconcile: string | null },
): Promise<void> =>
  retryOnConflict(async () => {
    const rows = openProfiles(store)
    const turn = await readTurn(rows, tenantId, requestId)
    if (!isOn(turn)) return
    const { sync, standing } = turn
    const aliveAt = now().toISOString()
    await rows.transaction([
      rows.sync.toUpdate(sync, { ...sync.value, aliveAt, of: sync.value.of + marked }),
      rows.standing.toUpdate(standing, digest === null ? standing.value : compared(standing.value, digest, reconcile)),
    ])
  })

/** Asked for once more meanwhile, it is still to be done. */
const compared = ({ reconcile, ...standing }: Standing, mappings: string, done: string | null): Standing => ({
  ...standing,
  mappings,
  ...(reconcile !== undefined && reconcile !== done && { reconcile }),
})

/** Organizations and clients are few and kept; mappings of single repositories are read along with the profiles. */
const wantedClients = async (store: Store, tenantId: string) => {
  const { mapping } = store.open(clientMappingTable)
  const nameInCmdb = new Map<string, string | null>()
  for await (const { value } of store.open(clientTable).client.each({ tenantId }, { pageSize }))
    nameInCmdb.set(value.clientId, value.cmdbClientId ?? null)
  const ofOrganization = new Map<string, string>()
  const organizations = { from: ['organization'], to: ['organization'], pageSize }
  for await (const { value } of mapping.each({ tenantId }, organizations))
    ofOrganization.set(value.sourceId, value.clientId)
  return async (profiles: readonly Profile[]): Promise<readonly (string | null)[]> => {
    const [first, last] = [profiles[0]?.repositoryId, profiles.at(-1)?.repositoryId]
    const ofRepository = new Map<string, string>()
    if (first !== undefined && last !== undefined) {
      const theirs = { from: ['repository', first], to: ['repository', last], pageSize }
      for await (const { value } of mapping.each({ tenantId }, theirs)) ofRepository.set(value.sourceId, value.clientId)
    }
    return profiles.map(({ repositoryId, draft: { organizationId } }) => {
      const clientId = ofRepository.get(repositoryId) ?? ofOrganization.get(organizationId)
      return clientId === undefined ? null : (nameInCmdb.get(clientId) ?? null)
    })
  }
}
