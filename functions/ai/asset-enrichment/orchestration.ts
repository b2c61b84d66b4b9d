// The enrichment of one asset of CMDB (AI-12): read and decided, then written once, whatever is killed on the way.
import { orchestration } from '../../../shared/triggers/orchestration.ts'
import { decideAssetEnrichment, writeAssetEnrichment } from './activities.ts'
import { assetEnrichmentFlowName } from './flow-name.ts'

export const assetEnrichmentFlow = orchestration({
  name: assetEnrichmentFlowName,
  summary: 'Fills an asset of CMDB with what RMM, Defend and The One Code know of it',
  integration: 'ai→cmdb',
  operation: 'enrich assets',
  handler: function* (flow) {
    flow.progress({ step: 'reading' })
    const { stopped } = yield* flow.call(decideAssetEnrichment, {})
    if (stopped) return { written: 0, proposed: 0 }
    flow.progress({ step: 'writing' })
    return yield* flow.call(writeAssetEnrichment, {})
  },
})
