// The control API of the CMDB stand-in: its assets, beside what every stand-in has.
import { cmdbEnrichmentControl } from './enrichment-answers.ts'
import type { CmdbEnrichments } from './enrichments.ts'
import type { CmdbAssets } from './state.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { type Route, done, problem } from '../../../../local/stand-ins/http-exchange.ts'
import {
  type Control,
  type FaultsAndCounts,
  controlRoute,
  faultRoutes,
  resetRoute,
} from '../../../../local/stand-ins/stand-in-control.ts'

type Parts = FaultsAndCounts & {
  readonly assets: CmdbAssets
  readonly enrichments: CmdbEnrichments
  readonly views: Views
}

export const createCmdbControl = (parts: Parts): readonly Route<Control>[] => {
  const { assets } = parts
  return [
    controlRoute('GET', '/_control/assets', ({ tenantId }) => ({
      status: 200,
      body: { assets: assets.list(tenantId) },
    })),
    controlRoute('DELETE', '/_control/assets/:externalReference', ({ tenantId, params }) => {
      if (tenantId === undefined) return problem(400, 'The query parameter tenantId is missing')
      const asset = assets.get(tenantId, params['externalReference'] ?? '')
      if (!asset) return problem(404, 'There is no such asset')
      assets.delete(asset)
      return done
    }),
    ...faultRoutes(parts),
    ...parts.views.control,
    ...cmdbEnrichmentControl(parts),
    resetRoute(parts, (tenantId) => {
      assets.reset(tenantId)
      parts.enrichments.reset(tenantId)
      parts.views.reset(tenantId)
    }),
  ]
}
