// A migration recommendation becomes a project of PSA (CODE-3): once, whatever is killed on the way.
import { orchestration } from '../../../shared/triggers/orchestration.ts'
import { createProject, prepareProject, recordProject } from './activities.ts'
import { projectFlowName } from './flow-name.ts'

const of = 3

export const projectFlow = orchestration({
  name: projectFlowName,
  summary: 'Turns a migration recommendation into a billable PSA project',
  integration: 'code→psa',
  operation: 'create project',
  handler: function* (flow) {
    flow.progress({ step: 'preparing', done: 0, of })
    yield* flow.call(prepareProject, {})
    flow.progress({ step: 'creating', done: 1, of })
    const creation = yield* flow.call(createProject, {})
    if (creation.cancelled) return { cancelled: true }
    flow.progress({ step: 'recording', done: 2, of })
    yield* flow.call(recordProject, creation.project)
    return { psaProjectId: creation.project.id }
  },
})
