// Assets as a user sees them in the CMDB stand-in: those that the suite has put, and those that the control API has.
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { cmdbContract } from '../operations.ts'
import { CmdbAssetView } from '../view-contract.ts'
import type { CmdbAssets, StoredAsset } from './state.ts'

export const cmdbKinds = {
  // Shown under its own name of an id.
  asset: {
    schema: CmdbAssetView.omit({ externalReference: true }).extend({ id: CmdbAssetView.shape.externalReference }),
    path: 'assets',
    atLeast: 'viewer',
  },
} as const

type Parts = { readonly assets: CmdbAssets; readonly views: Views; readonly baseUrl: () => string }

export const cmdbViewAnswers = ({
  assets,
  views,
  baseUrl,
}: Parts): Pick<Answers<typeof cmdbContract>, 'viewAsset'> => ({
  viewAsset: ({ tenantId, userId, params: { externalReference } }) => {
    const asset = assets.get(tenantId, externalReference)
    if (!asset)
      return views.answerRecord({ tenantId, userId }, 'asset', externalReference, {
        shown: ({ id, ...record }) => ({ ...record, externalReference: id }),
      })
    const body = assetView(asset, baseUrl())
    return views.answer({ tenantId, userId }, { clientId: asset.clientId, atLeast: 'viewer', body })
  },
})

const assetView = (asset: StoredAsset, baseUrl: string): CmdbAssetView => {
  const { externalReference, name, type, state, clientId, attributes, updatedAt } = asset
  return {
    externalReference,
    name,
    type,
    state,
    clientName: clientId,
    attributes: Object.entries(attributes).map(([attribute, value]) => ({ name: attribute, value: String(value) })),
    relations: [],
    updatedAt,
    url: `${baseUrl}/assets/${encodeURIComponent(externalReference)}`,
  }
}
