// What the CMDB stand-in keeps, and the changes that its journal remembers.
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { CmdbAsset, type CmdbAssetDraft } from '../contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

export const StoredAsset = CmdbAsset.extend({ tenantId: z.string() })
export type StoredAsset = z.infer<typeof StoredAsset>

export const CmdbChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asset'), asset: StoredAsset }),
  z.object({ kind: z.literal('asset-deleted'), tenantId: z.string(), externalReference: z.string() }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
])
export type CmdbChange = z.infer<typeof CmdbChange>

/**
 * Everything is synchronous: a check and the change that follows from it are one step, whatever arrives in parallel.
 * @param changes what the journal remembers, oldest first; summed up in it here
 */
export const createCmdbAssets = (journal: Journal<CmdbChange>, changes: readonly CmdbChange[]) => {
  const assets = new Map<string, StoredAsset>()
  const get = (tenantId: string, externalReference: string): StoredAsset | undefined =>
    assets.get(keyOf(tenantId, externalReference))
  const ofTenant = (tenantId: string | undefined): StoredAsset[] =>
    [...assets.values()].filter((asset) => tenantId === undefined || asset.tenantId === tenantId)

  const apply = (change: CmdbChange): void => {
    if (change.kind === 'asset') assets.set(keyOf(change.asset.tenantId, change.asset.externalReference), change.asset)
    else if (change.kind === 'asset-deleted') assets.delete(keyOf(change.tenantId, change.externalReference))
    else for (const asset of ofTenant(change.tenantId)) assets.delete(keyOf(asset.tenantId, asset.externalReference))
  }
  const record = (change: CmdbChange): void => {
    journal.append(change)
    apply(change)
  }
  const save = (asset: StoredAsset): StoredAsset => {
    record({ kind: 'asset', asset })
    return asset
  }

  for (const change of changes) apply(change)
  journal.rewrite([...assets.values()].map((asset) => ({ kind: 'asset', asset })))

  return {
    get,
    /** In the order of their creation. */
    list: (tenantId?: string): readonly StoredAsset[] => ofTenant(tenantId),
    /** The asset as it stands afterwards. */
    put: (
      tenantId: string,
      externalReference: string,
      draft: CmdbAssetDraft,
    ): { readonly asset: StoredAsset; readonly created: boolean } => {
      const existing = get(tenantId, externalReference)
      if (existing && (existing.sourceVersion > draft.sourceVersion || standsAs(existing, draft)))
        return { asset: existing, created: false }
      const updatedAt = now()
      const createdAt = existing?.createdAt ?? updatedAt
      const active = { state: 'active', retiredAt: null, retirementReason: null } as const
      const asset = save({ ...draft, ...active, externalReference, tenantId, createdAt, updatedAt })
      return { asset, created: existing === undefined }
    },
    /** The asset as it stands afterwards: one that is retired already as it was. */
    retire: (asset: StoredAsset, retirementReason: string): StoredAsset => {
      if (asset.state === 'retired') return asset
      const retiredAt = now()
      return save({ ...asset, state: 'retired', retiredAt, retirementReason, updatedAt: retiredAt })
    },
    delete: ({ tenantId, externalReference }: StoredAsset): void =>
      record({ kind: 'asset-deleted', tenantId, externalReference }),
    reset: (tenantId?: string): void => record({ kind: 'reset', ...(tenantId !== undefined && { tenantId }) }),
  }
}
export type CmdbAssets = ReturnType<typeof createCmdbAssets>

const now = (): string => new Date().toISOString()

const keyOf = (tenantId: string, externalReference: string): string => JSON.stringify([tenantId, externalReference])

const standsAs = (asset: StoredAsset, draft: CmdbAssetDraft): boolean =>
  asset.state === 'active' &&
  (Object.keys(draft) as (keyof CmdbAssetDraft)[]).every((field) => isDeepStrictEqual(asset[field], draft[field]))
