// The wire of enrichment: what CMDB has of an asset and who put it there, and what other products know of it.
import * as z from 'zod'
import { RecordId, RecordUrl } from '../user-read/contract.ts'
import { CmdbExternalReference, cmdbLimits } from './contract.ts'

/** What can be filled in, by what the asset is. */
export const cmdbFields = {
  device: [
    'operatingSystem',
    'operatingSystemVersion',
    'manufacturer',
    'model',
    'serialNumber',
    'processor',
    'memoryGb',
    'patchState',
    'lastSeenAt',
    'exposure',
    'hostedApplications',
  ],
  software: ['repositoryUrl', 'technologies', 'hostedOn', 'dataClassification', 'lastCommitAt'],
} as const

export const CmdbField = z.enum([...cmdbFields.device, ...cmdbFields.software])
export type CmdbField = z.infer<typeof CmdbField>

const Value = z.string().min(1).max(1_000)
const Version = z.string().min(1).max(64)

/** Answer of `GET /v1/assets/{externalReference}/fields`. */
export const CmdbAssetFields = z.object({
  externalReference: z.string(),
  name: z.string().max(cmdbLimits.name),
  kind: z.enum(['device', 'software']),
  /** Those that have a value. `person`: somebody wrote it, and no program may change it. */
  fields: z.array(z.object({ field: CmdbField, value: Value, origin: z.enum(['person', 'enrichment']) })).max(40),
  /** Of software that somebody entered by hand: the asset by which The One Code keeps its repository. */
  repositoryAsset: CmdbExternalReference.nullable(),
  /** Of a device: assets of The One Code that name it as their hosting platform. */
  applications: z.array(z.object({ externalReference: CmdbExternalReference, name: z.string() })).max(50),
  /** Changes with every change of the asset. */
  version: Version,
})
export type CmdbAssetFields = z.infer<typeof CmdbAssetFields>

/** Which product says it, in which record, where in that, and when it was read. */
export const CmdbProvenance = z.strictObject({
  product: z.enum(['rmm', 'defend', 'code']),
  recordId: RecordId,
  /** Member of the record: `patches.status`. */
  member: z.string().min(1).max(100),
  readAt: z.iso.datetime(),
})
export type CmdbProvenance = z.infer<typeof CmdbProvenance>

const Found = z.strictObject({
  field: CmdbField,
  value: Value,
  confidence: z.number().min(0).max(1),
  provenance: z.array(CmdbProvenance).min(1).max(10),
})

/** Body of `POST /v1/enrichments`. */
export const CmdbEnrichmentDraft = z.strictObject({
  /** Unique per tenant: a second enrichment with it is refused with 409 and the first one in the problem document. */
  externalReference: CmdbExternalReference,
  assetReference: CmdbExternalReference,
  /** Of the asset that it was decided by: of an asset that has changed since it is refused with 412, and writes nothing. */
  expectedVersion: Version,
  /** To be written where no person has written anything. */
  values: z.array(Found).max(40),
  /** To be shown to a person, and not written. */
  proposals: z
    .array(
      Found.extend({
        why: z.enum(['products-differ', 'differs-from-record', 'less-certain']),
        isSuggested: z.boolean(),
      }),
    )
    .max(100),
})
export type CmdbEnrichmentDraft = z.infer<typeof CmdbEnrichmentDraft>

/** What became of it in CMDB. */
export const CmdbEnrichment = z.object({
  id: RecordId,
  externalReference: z.string(),
  written: z.array(CmdbField),
  url: RecordUrl,
  createdAt: z.iso.datetime(),
})
export type CmdbEnrichment = z.infer<typeof CmdbEnrichment>

/** Answer of `GET /v1/enrichments?externalReference=`: none or one. */
export const CmdbEnrichmentList = z.object({ enrichments: z.array(CmdbEnrichment).max(1) })

/** The 409 of `POST /v1/enrichments`. */
export const CmdbEnrichmentExists = z.object({ title: z.string(), status: z.int(), enrichment: CmdbEnrichment })

/** Most assets in one answer. */
export const openAssetsMax = 200

/**
 * Answer of `GET /v1/open-assets?limit=`: active assets with fields that nobody has filled, those first that were enriched longest ago or never.
 */
export const CmdbOpenAssets = z.object({
  assets: z.array(z.object({ externalReference: CmdbExternalReference })).max(openAssetsMax),
})
