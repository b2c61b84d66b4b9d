// The CMDB contract as the stand-in answers it.
import {
  type CmdbAsset,
  CmdbAssetDraft,
  type CmdbAssetPage,
  CmdbExternalReference,
  type CmdbHealth,
  type CmdbOperation,
  CmdbPageRequest,
  CmdbRetirement,
  cmdbLimits,
} from '../../shared/peers/cmdb/contract.ts'
import type { CmdbAssets, StoredAsset } from './cmdb-state.ts'
import { type Answer, type Route, problem, validated } from './http-exchange.ts'
import { type Operation, type OperationInput, operationRoute } from './keyed-contract.ts'
import { pageOf, pageQuery } from './paging.ts'

export const createCmdbRoutes = (assets: CmdbAssets): readonly Route<Operation<CmdbOperation>>[] => {
  const withAsset = ({ tenantId, params }: OperationInput, use: (asset: StoredAsset) => Answer): Answer => {
    const asset = assets.get(tenantId, params['externalReference'] ?? '')
    return asset ? use(asset) : problem(404, 'There is no such asset')
  }

  const putAsset = ({ tenantId, params, body }: OperationInput): Answer =>
    validated(CmdbExternalReference, params['externalReference'], (externalReference) =>
      validated(CmdbAssetDraft, body, (draft) => {
        const { asset, created } = assets.put(tenantId, externalReference, draft)
        return { status: created ? 201 : 200, body: withoutTenant(asset) }
      }),
    )

  const retireAsset = (input: OperationInput): Answer =>
    validated(CmdbRetirement, input.body, ({ reason }) =>
      withAsset(input, (asset) => ({ status: 200, body: withoutTenant(assets.retire(asset, reason)) })),
    )

  return [
    operationRoute('PUT', '/v1/assets/:externalReference', 'putAsset', putAsset),
    operationRoute('POST', '/v1/assets/:externalReference/retire', 'retireAsset', retireAsset),
    operationRoute('GET', '/v1/assets/:externalReference', 'getAsset', (input) =>
      withAsset(input, (asset) => ({ status: 200, body: withoutTenant(asset) })),
    ),
    operationRoute('GET', '/v1/assets', 'listAssets', (input) => listAssets(assets, input)),
    operationRoute('GET', '/v1/health', 'checkHealth', () => ({
      status: 200,
      body: { status: 'ok', version: 'stand-in' } satisfies CmdbHealth,
    })),
  ]
}

const withoutTenant = ({ tenantId: _tenantId, ...asset }: StoredAsset): CmdbAsset => asset

const AssetQuery = pageQuery(cmdbLimits).extend({ state: CmdbPageRequest.shape.state })

const listAssets = (assets: CmdbAssets, { tenantId, query }: OperationInput): Answer =>
  validated(AssetQuery, Object.fromEntries(query), ({ state: wanted, ...page }) => {
    const found = assets.list(tenantId).filter(({ state }) => wanted === undefined || state === wanted)
    const { items, end } = pageOf(found, ({ externalReference }) => externalReference, page)
    const body: CmdbAssetPage = { assets: items.map(withoutTenant), ...end }
    return { status: 200, body }
  })
