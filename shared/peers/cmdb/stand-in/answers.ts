// The CMDB contract as the stand-in answers it.
import { type CmdbAsset, type CmdbAssetPage, type CmdbHealth, CmdbPageRequest, cmdbLimits } from '../contract.ts'
import type { cmdbContract } from '../operations.ts'
import type { EnrichmentOperation } from './enrichment-answers.ts'
import type { CmdbAssets, StoredAsset } from './state.ts'
import { type Answer, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { pageOf, pageQuery } from '../../../../local/stand-ins/paging.ts'

export const cmdbAnswers = (
  assets: CmdbAssets,
): Omit<Answers<typeof cmdbContract>, 'viewAsset' | EnrichmentOperation> => {
  const withAsset = (tenantId: string, externalReference: string, use: (asset: StoredAsset) => Answer): Answer => {
    const asset = assets.get(tenantId, externalReference)
    return asset ? use(asset) : problem(404, 'There is no such asset')
  }
  return {
    putAsset: ({ tenantId, params, body }) => {
      const { asset, created } = assets.put(tenantId, params.externalReference, body)
      return { status: created ? 201 : 200, body: withoutTenant(asset) }
    },
    retireAsset: ({ tenantId, params, body: { reason } }) =>
      withAsset(tenantId, params.externalReference, (asset) => ({
        status: 200,
        body: withoutTenant(assets.retire(asset, reason)),
      })),
    getAsset: ({ tenantId, params }) =>
      withAsset(tenantId, params.externalReference, (asset) => ({ status: 200, body: withoutTenant(asset) })),
    listAssets: ({ tenantId, query }) => listAssets(assets, tenantId, query),
    checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } satisfies CmdbHealth }),
  }
}

const withoutTenant = ({ tenantId: _tenantId, ...asset }: StoredAsset): CmdbAsset => asset

const AssetQuery = pageQuery(cmdbLimits).extend({ state: CmdbPageRequest.shape.state })

const listAssets = (assets: CmdbAssets, tenantId: string, query: URLSearchParams): Answer =>
  validated(AssetQuery, Object.fromEntries(query), ({ state: wanted, ...page }) => {
    const found = assets.list(tenantId).filter(({ state }) => wanted === undefined || state === wanted)
    const { items, end } = pageOf(found, ({ externalReference }) => externalReference, page)
    const body: CmdbAssetPage = { assets: items.map(withoutTenant), ...end }
    return { status: 200, body }
  })
