// What is kept of recommendations that were handed in: what PSA is to make of each, and what it made.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { Content } from '../../../shared/effects/content.ts'
import { PsaProjectDraft } from '../../../shared/peers/psa/project-contract.ts'
import { ReadPsaProjectStatus } from '../../../shared/peers/psa/project-answers.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

/** As `Recommendation`, without its limits: a text from which a secret was taken can be longer than it was. */
const StoredRecommendation = z.strictObject({
  recommendationId: z.string(),
  title: z.string(),
  summary: z.string(),
  repository: z.strictObject({
    id: z.string(),
    name: z.string(),
    url: z.string().optional(),
    organizationId: z.string(),
  }),
  steps: z.array(
    z.strictObject({ title: z.string(), description: z.string().optional(), effortHours: z.number().optional() }),
  ),
  effortHours: z.number(),
  url: z.string(),
  createdAt: z.string(),
})

const StoredProject = z.strictObject({
  tenantId: z.string(),
  projectId: z.string(),
  recommendationId: z.string(),
  title: z.string(),
  repository: z.strictObject({ id: z.string(), name: z.string() }),
  effortHours: z.number(),
  /** Digests of the recommendation as it was taken. */
  content: Content,
  /** How often it was begun: another one follows only on one that failed. */
  attempt: z.int().min(1),
  requestedAt: z.iso.datetime(),
  requestedBy: z.string(),
  /** Its texts are kept until PSA has them. */
  recommendation: StoredRecommendation.optional(),
  /** What PSA is asked to make; kept until it has. */
  draft: PsaProjectDraft.optional(),
  /** Absent when the repository is unmapped. */
  clientName: z.string().optional(),
  /** What PSA made of it, as it was last seen. */
  psa: z
    .strictObject({
      id: z.string(),
      url: z.string(),
      estimateHours: z.number(),
      status: ReadPsaProjectStatus,
      asOf: z.iso.datetime(),
    })
    .optional(),
})
export type StoredProject = z.infer<typeof StoredProject>

/** 13 months and a bit, from the last time anything about it changed. */
const keepFor = { days: 400 }

export const projectTable = table('codeProjects', {
  project: rowKind({
    schema: StoredProject,
    partition: ['tenantId'],
    key: ['projectId'],
    keepFor,
    dataOf: {
      tenant: ['tenantId'],
      names: ['requestedBy'],
      through: { repository: ['repository.id'] },
      leadsTo: { project: ['projectId'] },
    },
  }),
  /** The order of the list. */
  listed: rowKind({
    schema: z.strictObject({ tenantId: z.string(), requestedAt: z.iso.datetime(), projectId: z.string() }),
    partition: ['tenantId'],
    key: ({ requestedAt, projectId }) => [newestFirst(requestedAt), projectId],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { project: ['projectId'] } },
  }),
})

/** The same recommendation of a tenant is always the same project. 43 characters that tell nothing. */
export const projectIdOf = (tenantId: string, recommendationId: string): string =>
  plainDigest(JSON.stringify([tenantId, recommendationId]))

/** Unique in PSA, for all attempts alike. */
export const referenceOf = (projectId: string): string => `code-project-${projectId}`
