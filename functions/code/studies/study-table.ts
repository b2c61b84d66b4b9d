// What is kept of studies: what was asked, the material until all is written, and what was written.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { DocumentType } from '../sources/contract.ts'
import { type Study, studyKinds } from './study.ts'

const StoredStudy = z.strictObject({
  tenantId: z.string(),
  studyId: z.string(),
  kind: z.enum(studyKinds),
  repository: z.strictObject({ id: z.string(), name: z.string() }),
  parts: z.array(z.string()),
  /** What was asked, without the material. */
  asked: z.record(z.string(), z.json()),
  /** Rows of material. */
  materials: z.int().min(0),
  /** How often it was begun: another one follows only on one that failed. */
  attempt: z.int().min(1),
  requestedAt: z.iso.datetime(),
  requestedBy: z.string(),
})
export type StoredStudy = z.infer<typeof StoredStudy>

const StoredPart = z.strictObject({
  tenantId: z.string(),
  studyId: z.string(),
  part: z.string(),
  repositoryId: z.string(),
  /** Markdown, or the answer of a feature with a schema. */
  answer: z.json(),
  model: z.string(),
  label: z.string().optional(),
  isComplete: z.boolean(),
  audience: z.enum(['internal', 'client']),
  promptVersion: z.string(),
  callId: z.string(),
  writtenAt: z.iso.datetime(),
})
export type StoredPart = z.infer<typeof StoredPart>

/** 13 months and a bit, from the last time anything about it changed. */
const keepFor = { days: 400 }
const throughStudy = { tenant: ['tenantId'], through: { project: ['studyId'] } }

export const studyTable = table('codeStudies', {
  study: rowKind({
    schema: StoredStudy,
    partition: ['tenantId'],
    key: ['studyId'],
    keepFor,
    dataOf: {
      tenant: ['tenantId'],
      names: ['requestedBy'],
      through: { repository: ['repository.id'] },
      leadsTo: { project: ['studyId'] },
    },
  }),
  /** The order of the list. */
  listed: rowKind({
    schema: z.strictObject({ tenantId: z.string(), requestedAt: z.iso.datetime(), studyId: z.string() }),
    partition: ['tenantId'],
    key: ({ requestedAt, studyId }) => [newestFirst(requestedAt), studyId],
    keepFor,
    dataOf: throughStudy,
  }),
  /** A source or a file. Deleted once all is written; of a study that failed it ends by itself. */
  material: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      studyId: z.string(),
      position: z.string(),
      value: z.record(z.string(), z.json()),
    }),
    partition: ['tenantId', 'studyId'],
    key: ['position'],
    keepFor: { days: 30 },
    dataOf: throughStudy,
  }),
  part: rowKind({
    schema: StoredPart,
    partition: ['tenantId', 'studyId'],
    key: ['part'],
    keepFor,
    dataOf: throughStudy,
  }),
  /** Which study wrote the document of a type that the repository has now. */
  document: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      repositoryId: z.string(),
      docType: DocumentType,
      studyId: z.string(),
      /** The repository had one before. */
      isRefresh: z.boolean(),
      writtenAt: z.iso.datetime(),
    }),
    partition: ['tenantId'],
    key: ['repositoryId', 'docType'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { repository: ['repositoryId'] } },
  }),
})

/** The same words about the same material are the same study. 43 characters that tell nothing. */
export const studyIdOf = (tenantId: string, study: Study): string => plainDigest(canonicalJson([tenantId, study]))

/** In the order of the material. */
export const positionOf = (index: number): string => String(index).padStart(4, '0')
