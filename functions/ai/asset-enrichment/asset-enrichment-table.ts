// What is kept of enrichments of assets: what was asked, which products were read, and what CMDB made of it.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { effectStates } from '../../../shared/effects/effect-row.ts'
import { CmdbEnrichmentDraft, CmdbField } from '../../../shared/peers/cmdb/enrichment-contract.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { pending } from '../../../shared/store/pending.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

export const assetStops = ['no-such-asset'] as const

export const sourceOutcomes = ['read', 'not-found', 'ambiguous', 'could-not-be-read'] as const

export const AssetSource = z.object({ product: z.enum(['rmm', 'defend', 'code']), outcome: z.enum(sourceOutcomes) })
export type AssetSource = z.infer<typeof AssetSource>

const AssetEnrichment = z.strictObject({
  tenantId: z.string(),
  /** The external reference in CMDB. */
  ref: z.string(),
  createdAt: z.iso.datetime(),
  state: z.enum(effectStates),
  assetReference: z.string(),
  requestedBy: z.string(),
  /** How often it was begun: another one follows only on one that failed. */
  attempt: z.int().min(1).default(1),
  stop: z.enum(assetStops).optional(),
  sources: z.array(AssetSource).optional(),
  /** What CMDB is asked to do; kept until it has. */
  draft: CmdbEnrichmentDraft.optional(),
  /** Fields of which a person has to decide. */
  proposed: z.array(CmdbField).optional(),
  made: z
    .strictObject({ id: z.string(), url: z.string(), written: z.array(z.string()), asOf: z.iso.datetime() })
    .optional(),
})
export type AssetEnrichment = z.infer<typeof AssetEnrichment>

const PutOffAsset = z.strictObject({
  tenantId: z.string(),
  assetReference: z.string(),
  /** In a row. */
  times: z.int().min(1),
  refusedAt: z.iso.datetime(),
})
export type PutOffAsset = z.infer<typeof PutOffAsset>

export const assetEnrichmentTable = table('aiAssetEnrichments', {
  enrichment: rowKind({
    schema: AssetEnrichment,
    partition: ['tenantId'],
    key: ['ref'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], names: ['requestedBy'], leadsTo: { reference: ['ref'] } },
  }),
  /** The order of the list. */
  listed: rowKind({
    schema: z.strictObject({ tenantId: z.string(), createdAt: z.iso.datetime(), ref: z.string() }),
    partition: ['tenantId'],
    key: ({ createdAt, ref }) => [newestFirst(createdAt), ref],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], through: { reference: ['ref'] } },
  }),
  /** What CMDB refuses for good, night after night. */
  putOff: rowKind({
    schema: PutOffAsset,
    partition: ['tenantId'],
    key: ['assetReference'],
    keepFor: { days: 90 },
    dataOf: { tenant: ['tenantId'] },
  }),
  /** How far a night got that had to stop: the next one goes on from there. */
  night: rowKind({
    schema: z.strictObject({ job: z.literal('night'), cursor: z.string() }),
    partition: ['job'],
    key: [],
    keepFor: { days: 7 },
    dataOf: { nobody: 'How far a walk over all organizations got' },
  }),
})

/** Of the night alone: what somebody has asked for is a flow, which ends by itself. */
export const unfinishedAssetEnrichments = pending('aiAssetEnrichmentsUnfinished')

/** The timer, as whoever asks at night. */
export const nightly = 'function:ai-asset-enrichment-timer'

type Asked = { readonly assetReference: string; readonly requestedBy: string; readonly day: string }

/** One a day for each asset, and one a night: whoever asks again on the same day gets that one. */
export const assetRefOf = (tenantId: string, { assetReference, requestedBy, day }: Asked): string =>
  plainDigest(JSON.stringify([tenantId, assetReference, day, requestedBy === nightly ? 'night' : 'asked']))
