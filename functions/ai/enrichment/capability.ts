// Enrichments of CRM's records.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { chooseEnrichment, findEnrichment, writeEnrichment } from './activities.ts'
import { readEnrichment, readEnrichments, requestEnrichment } from './endpoints.ts'
import { enrichmentFlow } from './orchestration.ts'

export const api: Definitions = [
  requestEnrichment,
  readEnrichments,
  readEnrichment,
  enrichmentFlow,
  findEnrichment,
  chooseEnrichment,
  writeEnrichment,
]

export const tables: Tables = async () => {
  const { enrichmentTable } = await import('./enrichment-table.ts')
  return [enrichmentTable]
}
