// The contract of enrichment as the CMDB stand-in answers it, and the control API of its assets.
import { z } from 'zod'
import { type Route, done, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import { type Control, controlRoute } from '../../../../local/stand-ins/stand-in-control.ts'
import { CmdbExternalReference } from '../contract.ts'
import { type CmdbAssetFields, type CmdbEnrichment, openAssetsMax } from '../enrichment-contract.ts'
import type { cmdbContract } from '../operations.ts'
import { type CmdbEnrichments, FieldsDraft, type StoredEnrichment, type StoredFields } from './enrichments.ts'
import type { CmdbAssets } from './state.ts'

type Parts = {
  readonly assets: CmdbAssets
  readonly enrichments: CmdbEnrichments
  readonly baseUrl: () => string
}
export type EnrichmentOperation = 'readFields' | 'createEnrichment' | 'listEnrichments' | 'listOpenAssets'

const noAsset = problem(404, 'There is no such asset')

export const cmdbEnrichmentAnswers = ({
  assets,
  enrichments,
  baseUrl,
}: Parts): Pick<Answers<typeof cmdbContract>, EnrichmentOperation> => {
  const toWire = ({ tenantId: _tenantId, draft, ...enrichment }: StoredEnrichment): CmdbEnrichment => ({
    ...enrichment,
    url: `${baseUrl()}/assets/${encodeURIComponent(draft.assetReference)}`,
  })
  return {
    readFields: ({ tenantId, params: { externalReference } }) => {
      const asset = enrichments.read(tenantId, externalReference)
      return asset ? { status: 200, body: shown(asset, assets) } : noAsset
    },
    createEnrichment: ({ tenantId, body: draft }) => {
      const known = enrichments.find(tenantId, draft.externalReference)
      if (known) return problem(409, 'An enrichment has this external reference', { enrichment: toWire(known) })
      const asset = enrichments.read(tenantId, draft.assetReference)
      const made = asset ? enrichments.create(tenantId, draft, asset) : 'changed'
      if (made === 'changed') return problem(412, 'The asset has changed since it was read, or is gone')
      return { status: 201, body: toWire(made) }
    },
    listEnrichments: ({ tenantId, query }) =>
      validated(z.strictObject({ externalReference: CmdbExternalReference }), Object.fromEntries(query), (wanted) => {
        const found = enrichments.find(tenantId, wanted.externalReference)
        return { status: 200, body: { enrichments: found ? [toWire(found)] : [] } }
      }),
    listOpenAssets: ({ tenantId, query }) =>
      validated(
        z.strictObject({ limit: z.coerce.number().int().min(1).max(openAssetsMax) }),
        Object.fromEntries(query),
        ({ limit }) => ({
          status: 200,
          body: {
            assets: enrichments.listOpen(tenantId, limit).map(({ externalReference }) => ({ externalReference })),
          },
        }),
      ),
  }
}

const shown = ({ tenantId, enrichedAt: _enrichedAt, ...asset }: StoredFields, assets: CmdbAssets): CmdbAssetFields => ({
  ...asset,
  applications:
    asset.kind === 'device'
      ? assets
          .list(tenantId)
          .filter(({ state, attributes }) => state === 'active' && isNamed(attributes.hostingPlatform, asset.name))
          .slice(0, 50)
          .map(({ externalReference, name }) => ({ externalReference, name }))
      : [],
})

const isNamed = (hostingPlatform: string | undefined, name: string): boolean =>
  hostingPlatform?.toLowerCase() === name.toLowerCase()

export const cmdbEnrichmentControl = ({
  assets,
  enrichments,
}: Pick<Parts, 'assets' | 'enrichments'>): readonly Route<Control>[] => [
  controlRoute('PUT', '/_control/enrichable/:reference', ({ tenantId, params, body }) =>
    validated(FieldsDraft, body, (draft) => {
      if (tenantId === undefined) return problem(400, 'The query parameter tenantId is missing')
      enrichments.put(tenantId, params['reference'] ?? '', draft)
      return done
    }),
  ),
  controlRoute('GET', '/_control/enrichable/:reference', ({ tenantId = '', params }) => {
    const asset = enrichments.read(tenantId, params['reference'] ?? '')
    return asset ? { status: 200, body: shown(asset, assets) } : noAsset
  }),
  controlRoute('GET', '/_control/enrichments', ({ tenantId }) => ({
    status: 200,
    body: { enrichments: enrichments.list(tenantId) },
  })),
]
