// Enrichments of CMDB's assets.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { decideAssetEnrichment, writeAssetEnrichment } from './activities.ts'
import { readAssetEnrichment, readAssetEnrichments, requestAssetEnrichment } from './endpoints.ts'
import { assetEnrichmentFlow } from './orchestration.ts'
import { enrichAssetsAtNight } from './timers.ts'

export const api: Definitions = [
  requestAssetEnrichment,
  readAssetEnrichments,
  readAssetEnrichment,
  assetEnrichmentFlow,
  decideAssetEnrichment,
  writeAssetEnrichment,
]

export const background: Definitions = [enrichAssetsAtNight]

export const tables: Tables = async () => {
  const { assetEnrichmentTable, unfinishedAssetEnrichments } = await import('./asset-enrichment-table.ts')
  return [assetEnrichmentTable, unfinishedAssetEnrichments.table]
}
