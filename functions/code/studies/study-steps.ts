// What the steps of a study's orchestration do.
import * as z from 'zod'
import { userOf } from '../../../shared/auth/caller.ts'
import { AppError } from '../../../shared/errors.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import { eachAtOnce } from '../../../shared/pool.ts'
import type { Store } from '../../../shared/store/store.ts'
import { recordDocumentationRun, recordRefresh } from '../sources/documentation.ts'
import { DocumentType } from '../sources/contract.ts'
import type { Sources } from '../sources/source-change.ts'
import type { AskGateway } from './gateway.ts'
import { askFor } from './question.ts'
import { studyKinds, withMaterial } from './study.ts'
import { type StoredStudy, positionOf, studyTable } from './study-table.ts'

export const NoInput = z.strictObject({})
export const NoResult = z.null()
export const PartInput = z.strictObject({ part: z.string() })
export const Plan = z.strictObject({ kind: z.enum(studyKinds), parts: z.array(z.string()) })

type Step = { readonly store: Store; readonly tenantId: string; readonly requestId: string }

export const planStudy = async (step: Step): Promise<z.infer<typeof Plan>> => {
  const { kind, parts } = await readStudy(step)
  return { kind, parts }
}

/** A part that is written is not asked for again: an earlier attempt, or this one before it was cut off, has paid for it. */
export const writePart = async (
  step: Step & { readonly now: () => Date; readonly gateway: AskGateway },
  part: string,
): Promise<void> => {
  const { store, tenantId, now, gateway } = step
  const study = await readStudy(step)
  const { studyId, repository, requestedBy } = study
  const rows = store.open(studyTable).part
  if (await rows.get({ tenantId, studyId, part })) return
  const asked = withMaterial(study.asked, await materialOf(store, study))
  // Tier and limits are those of who asked, if it was a person.
  const written = await askFor(gateway, asked, part, userOf(requestedBy))
  const { answer, model, label, isComplete, audience, promptVersion, callId } = written
  await rows.modify({ tenantId, studyId, part }, (current) => ({
    tenantId,
    studyId,
    part,
    repositoryId: repository.id,
    answer: answer as z.core.util.JSONType,
    model,
    ...(label !== undefined && { label }),
    isComplete,
    audience,
    promptVersion,
    callId,
    writtenAt: now().toISOString(),
    ...current,
  }))
}

const materialOf = async (store: Store, { tenantId, studyId, materials }: StoredStudy): Promise<readonly unknown[]> => {
  const rows = store.open(studyTable).material
  const positions = Array.from({ length: materials }, (_, index) => positionOf(index))
  const values = new Map<string, unknown>()
  await eachAtOnce(positions, { atOnce: 8 }, async (position) => {
    const row = await rows.get({ tenantId, studyId, position })
    if (!row) throw new AppError('not-found', 'The material of the study is no longer kept. Ask for the study again.')
    values.set(position, row.value.value)
  })
  return positions.map((position) => values.get(position))
}

/** What is published is so once: by the id of the study. The material goes last, when nothing needs it any more. */
export const finishStudy = async (step: Step & Pick<Sources, 'now' | 'bus'>): Promise<void> => {
  const { store, tenantId } = step
  const study = await readStudy(step)
  if (study.kind === 'documentation') await publishDocuments(step, study)
  const rows = store.open(studyTable).material
  const positions = Array.from({ length: study.materials }, (_, index) => positionOf(index))
  await eachAtOnce(positions, { atOnce: 8 }, (position) => rows.delete({ tenantId, studyId: study.studyId, position }))
}

const publishDocuments = async (
  sources: Pick<Sources, 'store' | 'tenantId' | 'now' | 'bus'>,
  { studyId, repository: { id: repositoryId }, parts }: StoredStudy,
): Promise<void> => {
  const { store, tenantId, now } = sources
  const rows = store.open(studyTable).document
  for (const docType of z.array(DocumentType).parse(parts)) {
    // Whether there was one before is decided by who comes first, and stands for who repeats it.
    const { value } = await rows.modify({ tenantId, repositoryId, docType }, (current) =>
      current?.studyId === studyId
        ? current
        : {
            tenantId,
            repositoryId,
            docType,
            studyId,
            isRefresh: current !== undefined,
            writtenAt: now().toISOString(),
          },
    )
    if (value.isRefresh) await recordRefresh(sources, { repositoryId, docType, refreshId: studyId })
  }
  await recordDocumentationRun(sources, { repositoryId, runId: studyId, documentCount: parts.length })
}

const readStudy = async ({ store, tenantId, requestId }: Step): Promise<StoredStudy> => {
  const row = await store.open(studyTable).study.get({ tenantId, studyId: attemptOf(requestId).id })
  if (!row) throw new AppError('not-found', 'The study no longer exists.')
  return row.value
}
