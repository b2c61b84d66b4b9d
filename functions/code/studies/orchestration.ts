// A study of a repository (CODE-7): each part is written once, whatever is killed on the way, and what is written is published at the end.
import { orchestration } from '../../../shared/triggers/orchestration.ts'
import { finishStudy, planStudy, writeStudyPart } from './activities.ts'
import { studyFlowName } from './flow-name.ts'

export const studyFlow = orchestration({
  name: studyFlowName,
  summary: 'Has the AI Platform write about a repository, part by part',
  integration: 'code→ai',
  operation: 'write studies',
  handler: function* (flow) {
    const { kind, parts } = yield* flow.call(planStudy, {})
    // Some kinds are written without a model, or by other ones: that says nothing of this.
    flow.about(kind)
    const of = parts.length
    for (const [done, part] of parts.entries()) {
      flow.progress({ step: 'writing', part, done, of })
      yield* flow.call(writeStudyPart, { part })
    }
    flow.progress({ step: 'publishing', done: of, of })
    yield* flow.call(finishStudy, {})
    return { parts: of }
  },
})
