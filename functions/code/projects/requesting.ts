// Takes recommendations in, begins their orchestrations, and cancels them.
import { contentOf, differingMembers } from '../../../shared/effects/content.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { refuseAhead } from '../../../shared/schema/time.ts'
import type { Store } from '../../../shared/store/store.ts'
import { projectFlowName } from './flow-name.ts'
import { type StoredProject, projectIdOf, projectTable } from './project-table.ts'
import type { Recommendation } from './recommendation.ts'

type Requesting = {
  readonly store: Store
  readonly flows: FlowClient
  readonly now: () => Date
  readonly tenantId: string
  readonly requestedBy: string
}

type Requested = {
  readonly projectId: string
  /** `cancelled`: it was, and is not begun again. */
  readonly outcome: 'started' | 'restarted' | 'existing' | 'cancelled'
  /** Members of the recommendation that differ from what was taken before, and were not taken now. */
  readonly ignored: readonly string[]
  readonly isFinished: boolean
}

/**
 * The same recommendation is one project, however often it is handed in. One whose last attempt failed is begun again with what is said
 * of it now, since that may mend the cause; one that is on its way, done, or cancelled stays as it is.
 * @throws AppError `validation-failed` for another repository under the same id; `flow-not-started`
 */
export const requestProject = async (requesting: Requesting, recommendation: Recommendation): Promise<Requested> => {
  const { store, flows, now, tenantId, requestedBy } = requesting
  refuseAhead('body.createdAt', recommendation.createdAt, now())
  const project = await keepRecommendation(requesting, recommendation)
  const { projectId } = project
  const content = recommendationContentOf(recommendation)
  let ignored = differingMembers(project.content, content)
  const starting = {
    flows,
    flow: projectFlowName,
    tenantId,
    requestedBy,
    cameToNothing: ({ state }: FlowRequest) => state === 'failed',
    recordAttempt: async (attempt: number) => {
      const noted = await noteAttempt(store.open(projectTable).project, project, attempt, renewedWith(recommendation))
      ignored = differingMembers(noted.content, content)
    },
  }
  const { outcome, request } = await startAttempt(starting, { id: projectId, attempt: project.attempt })
  const isCancelled = outcome === 'existing' && request.cancelRequestedAt !== undefined
  return {
    projectId,
    outcome: isCancelled ? 'cancelled' : outcome,
    ignored,
    isFinished: outcome === 'existing' && request.finishedAt !== undefined,
  }
}

/** Takes what is said now, unless PSA has the project by now. */
const renewedWith =
  (recommendation: Recommendation) =>
  (current: StoredProject): StoredProject => {
    if (!current.recommendation) return current
    const { title, effortHours } = recommendation
    return { ...current, recommendation, title, effortHours, content: recommendationContentOf(recommendation) }
  }

/** The row comes before the request: the first step reads it. Without a request it is nothing yet, and is not shown. */
const keepRecommendation = async (requesting: Requesting, recommendation: Recommendation): Promise<StoredProject> => {
  const { store, tenantId } = requesting
  const rows = store.open(projectTable)
  const projectId = projectIdOf(tenantId, recommendation.recommendationId)
  const known = await rows.project.get({ tenantId, projectId })
  if (known) return ofSameRepository(known.value, recommendation)
  const project = newProject(requesting, recommendation, projectId)
  try {
    const { requestedAt } = project
    await rows.transaction([rows.project.toInsert(project), rows.listed.toInsert({ tenantId, requestedAt, projectId })])
    return project
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    const others = await rows.project.get({ tenantId, projectId })
    if (!others) throw error
    return ofSameRepository(others.value, recommendation)
  }
}

const ofSameRepository = (project: StoredProject, { repository }: Recommendation): StoredProject => {
  if (project.repository.id !== repository.id)
    throw new AppError(
      'validation-failed',
      'The recommendationId belongs to another recommendation, which has a project.',
      {
        details: { errors: [{ path: 'body.repository.id', message: 'must be the same repository as before' }] },
      },
    )
  return project
}

/** What is said of it, apart from what makes it what it is. */
const recommendationContentOf = (recommendation: Recommendation): Record<string, string> => {
  const { recommendationId: _, createdAt: _at, ...said } = recommendation
  return contentOf(said)
}

const newProject = (
  { tenantId, requestedBy, now }: Requesting,
  recommendation: Recommendation,
  projectId: string,
): StoredProject => {
  const { recommendationId, title, repository, effortHours } = recommendation
  return {
    tenantId,
    projectId,
    recommendationId,
    title,
    repository: { id: repository.id, name: repository.name },
    effortHours,
    content: recommendationContentOf(recommendation),
    attempt: 1,
    requestedAt: now().toISOString(),
    requestedBy,
    recommendation,
  }
}

/**
 * Asks the orchestration to end without a project. It does unless PSA has been asked for the project by then.
 * @throws AppError `conflict` when it has ended with a project, or failed
 */
export const cancelProject = async (
  { store, now }: { readonly store: Store; readonly now: () => Date },
  request: FlowRequest,
): Promise<FlowRequest> => {
  const { value } = await store.open(flowRequestTable).request.modify(request, (current) => {
    if (!current) throw new AppError('not-found', 'There is no project with this id.')
    if (current.state === 'completed' || current.state === 'failed')
      throw new AppError('conflict', `The project is ${current.state} and can no longer be cancelled.`)
    if (current.finishedAt !== undefined || current.cancelRequestedAt !== undefined) return current
    return { ...current, cancelRequestedAt: now().toISOString() }
  })
  return value
}
