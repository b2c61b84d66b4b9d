// The search for the root cause of a ticket (AI-5): all sources are read side by side, a report is made of them, and the ticket gets it once.
import { orchestration } from '../../../shared/triggers/orchestration.ts'
import { planRootCause, readRootCauseSource, reportRootCause, writeRootCause } from './activities.ts'
import { rootCauseFlowName } from './flow-name.ts'

export const rootCauseFlow = orchestration({
  name: rootCauseFlowName,
  summary: 'Looks for the root cause of a ticket and writes the report to it',
  integration: 'ai→psa',
  operation: 'write root cause',
  handler: function* (flow) {
    const { sources } = yield* flow.call(planRootCause, {})
    flow.progress({ step: 'reading', sources })
    const positions = Array.from({ length: sources }, (_, position) => ({ position }))
    const read = yield* flow.callEach(readRootCauseSource, positions, { atOnce: 8 })
    const unread = read.filter(({ outcome }) => outcome !== 'read').length
    flow.progress({ step: 'reporting', sources, unread })
    const { cancelled } = yield* flow.call(reportRootCause, {})
    if (cancelled) return { cancelled: true }
    flow.progress({ step: 'writing', sources, unread })
    const written = yield* flow.call(writeRootCause, {})
    return written.cancelled ? { cancelled: true } : { sources, unread }
  },
})
