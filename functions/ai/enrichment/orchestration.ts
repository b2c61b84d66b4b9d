// The enrichment of one record of CRM (AI-7): found, chosen, written once, whatever is killed on the way.
import { orchestration } from '../../../shared/triggers/orchestration.ts'
import { chooseEnrichment, findEnrichment, writeEnrichment } from './activities.ts'
import { enrichmentFlowName } from './flow-name.ts'

export const enrichmentFlow = orchestration({
  name: enrichmentFlowName,
  summary: 'Fills a record of CRM with what the web site of the company says',
  integration: 'ai→crm',
  operation: 'enrich records',
  handler: function* (flow) {
    flow.progress({ step: 'reading' })
    const { candidates } = yield* flow.call(findEnrichment, {})
    if (candidates === 0) return { written: 0, proposed: 0 }
    flow.progress({ step: 'choosing', candidates })
    yield* flow.call(chooseEnrichment, {})
    flow.progress({ step: 'writing' })
    return yield* flow.call(writeEnrichment, {})
  },
})
