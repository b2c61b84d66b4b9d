// Shows projects: how far each is, and what PSA says of it.
import { AppError, isAppError } from '../../../shared/errors.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { type WaitingFor, readWait } from '../../../shared/flows/flow-wait.ts'
import { showRequest } from '../../../shared/flows/shown-request.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import type { Project } from './contract.ts'
import { projectFlowName } from './flow-name.ts'
import { seenNow } from './project-steps.ts'
import { type StoredProject, projectTable } from './project-table.ts'

/** A project that was begun. */
export type BegunProject = { readonly project: StoredProject; readonly request: FlowRequest }

/** @throws AppError `not-found` for one that this tenant does not have, or whose request was never accepted */
export const readProject = async (store: Store, tenantId: string, projectId: string): Promise<BegunProject> => {
  const begun = await findProject(store, tenantId, projectId)
  if (!begun) throw new AppError('not-found', 'There is no project with this id.')
  return begun
}

const findProject = async (store: Store, tenantId: string, projectId: string): Promise<BegunProject | undefined> => {
  const project = (await store.open(projectTable).project.get({ tenantId, projectId }))?.value
  if (!project) return undefined
  const requestId = requestIdOf(projectId, project.attempt)
  const request = await store.open(flowRequestTable).request.get({ tenantId, flow: projectFlowName, requestId })
  return request && { project, request: request.value }
}

/** One page, newest first, with what was last known of PSA's projects. */
export const listProjects = async (
  store: Store,
  tenantId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ readonly projects: Project[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(projectTable).listed.list({ tenantId }, page)
  const begun = await Promise.all(rows.map(({ value }) => findProject(store, tenantId, value.projectId)))
  return {
    projects: begun.flatMap((found) => (found ? [shownProject(found)] : [])),
    ...(nextCursor !== undefined && { nextCursor }),
  }
}

/** @param shown.live whether PSA has just been asked for what `project` holds of it */
export const shownProject = (
  { project, request }: BegunProject,
  shown: { readonly progress?: Project['progress']; readonly waitingFor?: WaitingFor; readonly live?: boolean } = {},
): Project => ({
  id: project.projectId,
  recommendationId: project.recommendationId,
  title: project.title,
  repository: project.repository,
  clientName: project.clientName ?? null,
  effortHours: project.effortHours,
  state: isCancelling(request) ? 'cancelling' : request.state,
  attempt: project.attempt,
  ...(shown.progress && { progress: shown.progress }),
  ...(shown.waitingFor && { waitingFor: shown.waitingFor }),
  ...(request.problem && { problem: request.problem }),
  requestedAt: project.requestedAt,
  ...(request.finishedAt !== undefined && { finishedAt: request.finishedAt }),
  psaProject: project.psa ? { ...project.psa, live: shown.live === true } : null,
})

const isCancelling = ({ finishedAt, cancelRequestedAt }: FlowRequest): boolean =>
  finishedAt === undefined && cancelRequestedAt !== undefined

type Asking = {
  readonly store: Store
  /** Rejects with an `AppError` when PSA is not set up here. */
  readonly psa: () => Promise<PsaClient>
  readonly flows: () => Promise<FlowClient>
  readonly now: () => Date
}

/** With its progress while it runs, and with PSA's present word on the project once there is one. */
export const showProject = async ({ store, psa, flows, now }: Asking, begun: BegunProject): Promise<Project> => {
  const { project, request } = begun
  const isRunning = request.state === 'started'
  const [progress, waitingFor] = isRunning
    ? await Promise.all([progressOf(flows, request), readWait({ store, now }, request)])
    : []
  const seen = project.psa && (await askPsa(psa, project.tenantId, project.psa.id, now))
  if (seen) await keepSeen(store, project, seen)
  return shownProject(seen ? { ...begun, project: { ...project, psa: seen } } : begun, {
    ...(progress && { progress }),
    ...(waitingFor && { waitingFor }),
    live: seen !== undefined,
  })
}

const progressOf = async (flows: Asking['flows'], request: FlowRequest): Promise<Project['progress']> =>
  (await showRequest(await flows(), request)).progress

type Seen = NonNullable<StoredProject['psa']>

/** Undefined when PSA cannot be asked, or has the project no longer: that is no reason not to show it. */
const askPsa = async (psa: Asking['psa'], tenantId: string, id: string, now: () => Date): Promise<Seen | undefined> => {
  try {
    const project = await (await psa()).getProject(tenantId, id)
    return project && seenNow(project, now())
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn('code.project.status_not_live', { error })
    return undefined
  }
}

/** News alone is written: reading should not rewrite. That it cannot be kept is no reason not to show it. */
const keepSeen = async (store: Store, { tenantId, projectId, psa }: StoredProject, seen: Seen): Promise<void> => {
  if (psa?.status === seen.status && psa.estimateHours === seen.estimateHours) return
  try {
    await store.open(projectTable).project.modify({ tenantId, projectId }, (current) => {
      if (!current) throw new AppError('not-found', 'The project no longer exists.')
      return { ...current, psa: seen }
    })
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn('code.project.status_not_recorded', { projectId, error })
  }
}
