// Shows studies: how far each is, and what it has written.
import { AppError } from '../../../shared/errors.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { readWait } from '../../../shared/flows/flow-wait.ts'
import { showRequest } from '../../../shared/flows/shown-request.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { ShownStudy, StudyPart } from './contract.ts'
import { studyFlowName } from './flow-name.ts'
import { type StoredPart, type StoredStudy, studyTable } from './study-table.ts'

/** A study that was begun. */
type BegunStudy = { readonly study: StoredStudy; readonly request: FlowRequest }

/** @throws AppError `not-found` for one that this tenant does not have, or whose request was never accepted */
export const readStudy = async (store: Store, tenantId: string, studyId: string): Promise<BegunStudy> => {
  const begun = await findStudy(store, tenantId, studyId)
  if (!begun) throw new AppError('not-found', 'There is no study with this id.')
  return begun
}

const findStudy = async (store: Store, tenantId: string, studyId: string): Promise<BegunStudy | undefined> => {
  const study = (await store.open(studyTable).study.get({ tenantId, studyId }))?.value
  if (!study) return undefined
  const requestId = requestIdOf(studyId, study.attempt)
  const request = await store.open(flowRequestTable).request.get({ tenantId, flow: studyFlowName, requestId })
  return request && { study, request: request.value }
}

type ListedStudy = Omit<ShownStudy, 'written' | 'progress' | 'waitingFor'>

/** One page, newest first. */
export const listStudies = async (
  store: Store,
  tenantId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ readonly studies: ListedStudy[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(studyTable).listed.list({ tenantId }, page)
  const begun = await Promise.all(rows.map(({ value }) => findStudy(store, tenantId, value.studyId)))
  return {
    studies: begun.flatMap((found) => (found ? [listed(found)] : [])),
    ...(nextCursor !== undefined && { nextCursor }),
  }
}

const listed = ({ study, request }: BegunStudy): ListedStudy => ({
  id: study.studyId,
  kind: study.kind,
  repository: study.repository,
  state: request.state,
  attempt: study.attempt,
  parts: study.parts,
  ...(request.problem && { problem: request.problem }),
  requestedAt: study.requestedAt,
  ...(request.finishedAt !== undefined && { finishedAt: request.finishedAt }),
})

type Asking = { readonly store: Store; readonly flows: () => Promise<FlowClient>; readonly now: () => Date }

export const showStudy = async ({ store, flows, now }: Asking, begun: BegunStudy): Promise<ShownStudy> => {
  const { study, request } = begun
  const isRunning = request.state === 'started'
  const [progress, waitingFor] = isRunning
    ? await Promise.all([
        flows().then(async (client) => (await showRequest(client, request)).progress),
        readWait({ store, now }, request),
      ])
    : []
  const rows = store.open(studyTable).part
  const { tenantId, studyId } = study
  const parts = await Promise.all(study.parts.map((part) => rows.get({ tenantId, studyId, part })))
  return {
    ...listed(begun),
    written: parts.flatMap((row) => (row ? [written(row.value)] : [])),
    ...(progress && { progress }),
    ...(waitingFor && { waitingFor }),
  }
}

const written = ({
  part,
  model,
  label,
  isComplete,
  audience,
  writtenAt,
}: StoredPart): ShownStudy['written'][number] => ({
  part,
  model,
  ...(label !== undefined && { label }),
  isComplete,
  audience,
  writtenAt,
})

/** @throws AppError `not-found` also for one that is not written yet */
export const readPart = async (
  store: Store,
  key: Pick<StoredPart, 'tenantId' | 'studyId' | 'part'>,
): Promise<StudyPart> => {
  const row = await store.open(studyTable).part.get(key)
  if (!row) throw new AppError('not-found', 'The study has no such part, or has not written it yet.')
  const { answer, callId } = row.value
  return { ...written(row.value), answer: answer as StudyPart['answer'], callId }
}
