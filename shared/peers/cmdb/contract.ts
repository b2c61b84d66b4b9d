// The wire between this suite and The One CMDB, version 1. What this suite reads of the answers is in `answers.ts`.
import * as z from 'zod'
import { userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const cmdbHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

/** Longest texts in UTF-16 code units, and most items in lists. */
export const cmdbLimits = {
  externalReference: 200,
  name: 200,
  /** Ids and one-word attributes. */
  word: 64,
  url: 2_000,
  techStack: 100,
  technology: 100,
  reason: 1_000,
  /** Assets on a page, when the reader does not say, and at most. */
  pageSize: 100,
  pageSizeMax: 500,
} as const

const UtcTime = z.iso.datetime()
const Word = z.string().min(1).max(cmdbLimits.word)
const Score = z.number().min(0).max(100)

/** The sender's own name of the asset, unique per tenant. */
export const CmdbExternalReference = z
  .string()
  .min(1)
  .max(cmdbLimits.externalReference)
  .refine((reference) => reference.isWellFormed(), 'contains half a character (a lone surrogate)')

const hasNoCredentials = (text: string): boolean => {
  const url = URL.parse(text)
  return !url || (url.username === '' && url.password === '')
}

const AttributesDraft = z.strictObject({
  /** For a person to open: without user and password, which clone URLs may hold. */
  repositoryUrl: z
    .url({ protocol: /^https?$/ })
    .max(cmdbLimits.url)
    .refine(hasNoCredentials, 'holds a user or a password')
    .optional(),
  appType: Word,
  techStack: z.array(z.string().min(1).max(cmdbLimits.technology)).max(cmdbLimits.techStack),
  /** From 0 to 100, which is the best. */
  healthScore: Score.optional(),
  /** From 0 to 100, which is the most debt. */
  debtScore: Score.optional(),
  lastCommitAt: UtcTime.optional(),
  /** Commits a week, on average. */
  commitFrequency: z.number().min(0).optional(),
  hostingPlatform: Word.optional(),
  dataClassification: Word.optional(),
})

/**
 * Body of `PUT /v1/assets/{externalReference}`, which answers 201 with a new asset and 200 with one that was there, as it now
 * stands. A `sourceVersion` lower than the asset's changes nothing, whatever else the body says: a late writer cannot undo a newer
 * one. An equal one is taken, and changes nothing when it says the same. What is taken makes a retired asset active again.
 */
export const CmdbAssetDraft = z.strictObject({
  type: z.literal('software_application'),
  name: z.string().min(1).max(cmdbLimits.name),
  /** CMDB's own id of the client; `null` while nobody has said whose the asset is. */
  clientId: Word.nullable(),
  attributes: AttributesDraft,
  /** Version of what it was made from. */
  sourceVersion: z.int().min(1),
})
export type CmdbAssetDraft = z.infer<typeof CmdbAssetDraft>

const CmdbAssetState = z.enum(['active', 'retired'])

/** Answer of `GET /v1/assets/{externalReference}`. */
export const CmdbAsset = z.object({
  externalReference: z.string(),
  type: z.literal('software_application'),
  name: z.string(),
  clientId: z.string().nullable(),
  /** As in the draft. */
  attributes: z.object({
    repositoryUrl: z.string().optional(),
    appType: z.string(),
    techStack: z.array(z.string()),
    healthScore: z.number().optional(),
    debtScore: z.number().optional(),
    lastCommitAt: UtcTime.optional(),
    commitFrequency: z.number().optional(),
    hostingPlatform: z.string().optional(),
    dataClassification: z.string().optional(),
  }),
  sourceVersion: z.int().min(1),
  state: CmdbAssetState,
  /** Both are set while the asset is retired. */
  retiredAt: UtcTime.nullable(),
  retirementReason: z.string().nullable(),
  createdAt: UtcTime,
  updatedAt: UtcTime,
})
export type CmdbAsset = z.infer<typeof CmdbAsset>

/**
 * Body of `POST /v1/assets/{externalReference}/retire`, which answers 200 with the asset. One that is retired already stays as it
 * is, with its first reason and time.
 */
export const CmdbRetirement = z.strictObject({ reason: z.string().min(1).max(cmdbLimits.reason) })
export type CmdbRetirement = z.infer<typeof CmdbRetirement>

/** Which page of the list: the first one without a cursor. */
export const CmdbPageRequest = z.strictObject({
  /** `cmdbLimits.pageSize` when left out. */
  limit: z.int().min(1).max(cmdbLimits.pageSizeMax).optional(),
  /** `nextCursor` of the page before, which was asked for with the same state. */
  cursor: z.string().min(1).max(1_000).optional(),
  /** Active and retired ones when left out. */
  state: CmdbAssetState.optional(),
})
export type CmdbPageRequest = Readonly<z.infer<typeof CmdbPageRequest>>

/** Answer of `GET /v1/assets?limit=&cursor=&state=`, in the order of external references. */
export const CmdbAssetPage = z.object({
  assets: z.array(CmdbAsset).max(cmdbLimits.pageSizeMax),
  /** Missing on the last page. */
  nextCursor: z.string().min(1).max(1_000).optional(),
})
export type CmdbAssetPage = z.infer<typeof CmdbAssetPage>

/** Answer of `GET /v1/health`, which asks for a valid key too. */
export const CmdbHealth = z.object({ status: z.literal('ok'), version: z.string() })
export type CmdbHealth = z.infer<typeof CmdbHealth>

/** RFC 9457 problem document: the body of every status from 400 on. */
export const CmdbProblem = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})
