// Takes studies in, and starts their orchestrations.
import { isAppError } from '../../../shared/errors.ts'
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../../shared/flows/flow-request.ts'
import { eachAtOnce } from '../../../shared/pool.ts'
import { requireRepository } from '../sources/known-repository.ts'
import type { Sources } from '../sources/source-change.ts'
import { studyFlowName } from './flow-name.ts'
import { type Study, partsOf, withoutMaterial } from './study.ts'
import { type StoredStudy, positionOf, studyIdOf, studyTable } from './study-table.ts'

type Requesting = Sources & { readonly flows: FlowClient; readonly requestedBy: string }

type Requested = {
  readonly studyId: string
  readonly outcome: 'started' | 'restarted' | 'existing'
  readonly isFinished: boolean
}

/**
 * The same words about the same material are one study, however often it is asked for. One whose last attempt failed is begun again.
 * @throws AppError `not-found` for a repository that is not known, `validation-failed` for one of another organization; `flow-not-started`
 */
export const requestStudy = async (requesting: Requesting, study: Study): Promise<Requested> => {
  const { store, flows, tenantId, requestedBy } = requesting
  const { id: repositoryId, organizationId } = study.repository
  await requireRepository(requesting, { repositoryId, organizationId })
  const { studyId, attempt: known } = await keepStudy(requesting, study)
  const starting = {
    flows,
    flow: studyFlowName,
    tenantId,
    requestedBy,
    cameToNothing: ({ state }: FlowRequest) => state === 'failed',
    recordAttempt: async (attempt: number) => {
      // The material of an attempt long ago may have ended.
      await keepMaterial(requesting, studyId, study)
      await noteAttempt(store.open(studyTable).study, { tenantId, studyId }, attempt)
    },
  }
  const { outcome, request } = await startAttempt(starting, { id: studyId, attempt: known })
  return { studyId, outcome, isFinished: outcome === 'existing' && request.finishedAt !== undefined }
}

/** Material and row come before the request: the steps read them. Without a request they are nothing yet, and are not shown. */
const keepStudy = async (requesting: Requesting, study: Study): Promise<StoredStudy> => {
  const { store, tenantId } = requesting
  const rows = store.open(studyTable)
  const studyId = studyIdOf(tenantId, study)
  const known = await rows.study.get({ tenantId, studyId })
  if (known) return known.value
  await keepMaterial(requesting, studyId, study)
  const stored = newStudy(requesting, studyId, study)
  try {
    const { requestedAt } = stored
    await rows.transaction([rows.study.toInsert(stored), rows.listed.toInsert({ tenantId, requestedAt, studyId })])
    return stored
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    const others = await rows.study.get({ tenantId, studyId })
    if (!others) throw error
    return others.value
  }
}

const keepMaterial = async ({ store, tenantId }: Requesting, studyId: string, study: Study): Promise<void> => {
  const rows = store.open(studyTable).material
  const { material } = withoutMaterial(study)
  await eachAtOnce(material.entries(), { atOnce: 8 }, async ([index, value]) => {
    await rows.upsert({ tenantId, studyId, position: positionOf(index), value: plainOf(value) })
  })
}

/** What is undefined is left out: rows hold JSON. */
const plainOf = (value: object): StoredStudy['asked'] => JSON.parse(JSON.stringify(value)) as StoredStudy['asked']

const newStudy = ({ tenantId, requestedBy, now }: Requesting, studyId: string, study: Study): StoredStudy => {
  const { asked, material } = withoutMaterial(study)
  const { id, name } = study.repository
  return {
    tenantId,
    studyId,
    kind: study.kind,
    repository: { id, name },
    parts: [...partsOf(study)],
    asked: plainOf(asked),
    materials: material.length,
    attempt: 1,
    requestedAt: now().toISOString(),
    requestedBy,
  }
}
