// What the steps of a project's orchestration do.
import * as z from 'zod'
import { findPlacement } from '../../../shared/clients/placement.ts'
import { AppError } from '../../../shared/errors.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import { flowRequestTable } from '../../../shared/flows/flow-request.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import { type ReadPsaProject, ReadPsaProjectStatus } from '../../../shared/peers/psa/project-answers.ts'
import type { Store } from '../../../shared/store/store.ts'
import { findClient } from '../clients/client-mapping.ts'
import { projectFlowName } from './flow-name.ts'
import { draftOf } from './project-draft.ts'
import { type StoredProject, projectTable, referenceOf } from './project-table.ts'

type Step = { readonly store: Store; readonly tenantId: string; readonly requestId: string }

export const NoInput = z.strictObject({})
export const NoResult = z.null()

export const MadeProject = z.strictObject({
  id: z.string(),
  url: z.string(),
  estimateHours: z.number(),
  status: ReadPsaProjectStatus,
  /** When PSA said so. */
  asOf: z.iso.datetime(),
})
type MadeProject = z.infer<typeof MadeProject>

/** `cancelled`: PSA has no project, and is not asked for one. */
export const Creation = z.union([
  z.strictObject({ cancelled: z.literal(true) }),
  z.strictObject({ cancelled: z.literal(false), project: MadeProject }),
])
type Creation = z.infer<typeof Creation>

/** The draft of another attempt is made anew: the client may have been what was wrong with it. */
export const prepareProject = async (step: Step): Promise<void> => {
  const { store, tenantId } = step
  const { attempt } = attemptOf(step.requestId)
  const before = await readProject(step)
  if (!before.recommendation) return
  const client = await findClient(store, tenantId, before.recommendation.repository)
  const placement = await findPlacement(store, tenantId, client)
  const ref = referenceOf(before.projectId)
  const draft = draftOf(before.recommendation, { ...placement, ref })
  await changeProject(step, (current) => {
    // PSA has it by now: a step that was taken for dead comes late.
    if (!current.recommendation) return current
    const { clientName: _, ...rest } = current
    const attempts = Math.max(attempt, current.attempt)
    return { ...rest, attempt: attempts, ...(client && { clientName: client.name }), draft }
  })
}

/**
 * PSA keeps one project for a reference, so that a step that is repeated finds what an earlier one made. Whether the request was
 * cancelled is looked up last: once PSA has been asked for the project, it is too late.
 */
export const createProject = async (
  step: Step & { readonly psa: PsaClient; readonly now: () => Date },
): Promise<Creation> => {
  const { store, psa, now, tenantId, requestId } = step
  const { projectId, draft, psa: made } = await readProject(step)
  const found = await psa.findProjectByReference(tenantId, referenceOf(projectId))
  if (found) return { cancelled: false, project: seenNow(found, now()) }
  // It was made and recorded, and somebody took it away in PSA since.
  if (made) return { cancelled: false, project: made }
  const request = await store.open(flowRequestTable).request.get({ tenantId, flow: projectFlowName, requestId })
  if (request?.value.cancelRequestedAt !== undefined) return { cancelled: true }
  if (!draft) throw new AppError('internal', 'A project has neither a draft nor a PSA project.')
  const { project } = await psa.createProject(tenantId, draft)
  return { cancelled: false, project: seenNow(project, now()) }
}

export const recordProject = async (step: Step, psa: MadeProject): Promise<void> => {
  await changeProject(step, (current) => {
    const { recommendation: _, draft: _draft, ...rest } = current
    return { ...rest, psa: current.psa ?? psa }
  })
}

/** What we keep of PSA's project: enough to show it while PSA is down. */
export const seenNow = ({ id, url, estimateHours, status }: ReadPsaProject, now: Date): MadeProject => ({
  id,
  url,
  estimateHours,
  status,
  asOf: now.toISOString(),
})

const readProject = async ({ store, tenantId, requestId }: Step): Promise<StoredProject> => {
  const projectId = attemptOf(requestId).id
  const row = await store.open(projectTable).project.get({ tenantId, projectId })
  return row?.value ?? gone()
}

const changeProject = async (
  { store, tenantId, requestId }: Step,
  change: (current: StoredProject) => StoredProject,
): Promise<void> => {
  const projectId = attemptOf(requestId).id
  await store.open(projectTable).project.modify({ tenantId, projectId }, (current) => change(current ?? gone()))
}

const gone = (): never => {
  throw new AppError('not-found', 'The requested project no longer exists.')
}
