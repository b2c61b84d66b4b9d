// Takes recommendations in, begins their orchestrations, and cancels them.
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import { refuseAhead } from '../../../shared/schema/time.ts'
import type { Store } from '../../../shared/store/store.ts'
import { projectFlow } from './orchestration.ts'
import { type StoredProject, projectIdOf, projectTable, requestIdOf } from './project-table.ts'
import type { Recommendation } from './recommendation.ts'

type Requesting = {
  readonly store: Store
  readonly flows: FlowClient
  readonly now: () => Date
  readonly tenantId: string
  readonly requestedBy: string
}

/**
 * The same recommendation is one project, however often it is handed in. One whose last attempt failed is begun again, since its
 * cause may be mended; one that is done, or was cancelled, stays as it is.
 * @returns the project's id
 * @throws AppError `idempotency-key-reused` for the same recommendation with another content; `flow-not-started`
 */
export const requestProject = async (requesting: Requesting, recommendation: Recommendation): Promise<string> => {
  const { store, flows, now, tenantId, requestedBy } = requesting
  refuseAhead('body.createdAt', recommendation.createdAt, now())
  const contentHash = sha256(canonicalJson(recommendation))
  const { projectId, attempt: known } = await keepRecommendation(requesting, recommendation, contentHash)
  let attempt = known
  // The row may not know of the latest attempts: it learns of one when that has begun.
  for (;;) {
    const requestId = requestIdOf(projectId, attempt)
    const { request, isNew } = await flows.start(projectFlow, { tenantId, requestId, requestedBy, contentHash })
    if (isNew || request.state !== 'failed') break
    attempt += 1
  }
  if (attempt > known)
    await store.open(projectTable).project.modify({ tenantId, projectId }, (current) => {
      if (!current) throw new AppError('conflict', 'The project is gone. Repeat the request.')
      return current.attempt < attempt ? { ...current, attempt } : current
    })
  return projectId
}

/** The row comes before the request: the first step reads it. Without a request it is nothing yet, and is not shown. */
const keepRecommendation = async (
  requesting: Requesting,
  recommendation: Recommendation,
  contentHash: string,
): Promise<StoredProject> => {
  const { store, tenantId } = requesting
  const rows = store.open(projectTable)
  const projectId = projectIdOf(tenantId, recommendation.recommendationId)
  const known = await rows.project.get({ tenantId, projectId })
  if (known) return sameContent(known.value, contentHash)
  const project = newProject(requesting, recommendation, { projectId, contentHash })
  try {
    const { requestedAt } = project
    await rows.transaction([rows.project.toInsert(project), rows.listed.toInsert({ tenantId, requestedAt, projectId })])
    return project
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    const others = await rows.project.get({ tenantId, projectId })
    if (!others) throw error
    return sameContent(others.value, contentHash)
  }
}

const sameContent = (project: StoredProject, contentHash: string): StoredProject => {
  if (project.contentHash !== contentHash)
    throw new AppError(
      'idempotency-key-reused',
      'This recommendationId was handed in before, with another content. Give a changed recommendation an id of its own.',
    )
  return project
}

const newProject = (
  { tenantId, requestedBy, now }: Requesting,
  recommendation: Recommendation,
  { projectId, contentHash }: Pick<StoredProject, 'projectId' | 'contentHash'>,
): StoredProject => {
  const { recommendationId, title, repository, effortHours } = recommendation
  return {
    tenantId,
    projectId,
    recommendationId,
    title,
    repository: { id: repository.id, name: repository.name },
    effortHours,
    contentHash,
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
    if (!current) throw new AppError('not-found', 'There is no such project.')
    if (current.state === 'completed' || current.state === 'failed')
      throw new AppError('conflict', `The project is ${current.state}: there is nothing left to cancel.`)
    if (current.finishedAt !== undefined || current.cancelRequestedAt !== undefined) return current
    return { ...current, cancelRequestedAt: now().toISOString() }
  })
  return value
}
