// Assets of the CMDB stand-in that can be enriched, who wrote which of their fields, and the enrichments that came.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import { CmdbAssetFields, CmdbEnrichment, CmdbEnrichmentDraft, cmdbFields } from '../enrichment-contract.ts'

const StoredFields = CmdbAssetFields.omit({ applications: true }).extend({
  tenantId: z.string(),
  enrichedAt: z.iso.datetime().optional(),
})
export type StoredFields = z.infer<typeof StoredFields>

/** What the control API puts. */
export const FieldsDraft = CmdbAssetFields.omit({
  applications: true,
  externalReference: true,
  version: true,
})
  .extend({ repositoryAsset: CmdbAssetFields.shape.repositoryAsset.default(null) })
  .strict()

const StoredEnrichment = CmdbEnrichment.omit({ url: true }).extend({
  tenantId: z.string(),
  draft: CmdbEnrichmentDraft,
})
export type StoredEnrichment = z.infer<typeof StoredEnrichment>

const Change = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('asset'), asset: StoredFields }),
  /** With the asset as it is then. */
  z.strictObject({ change: z.literal('enrichment'), enrichment: StoredEnrichment, asset: StoredFields }),
  z.strictObject({ change: z.literal('reset'), tenantId: z.string().optional() }),
])
type Change = z.infer<typeof Change>

export const openCmdbEnrichments = (dataFolder: string | undefined) => {
  const { journal, entries } = openJournalIn(dataFolder, 'cmdb-enrichments.jsonl', Change)
  const assets = new Map<string, StoredFields>()
  const enrichments = new Map<string, StoredEnrichment>()
  const apply = applyTo(assets, enrichments)
  for (const change of entries) apply(change)
  const record = (change: Change): void => {
    journal.append(change)
    apply(change)
  }

  return {
    put: (tenantId: string, externalReference: string, draft: z.infer<typeof FieldsDraft>): void =>
      record({
        change: 'asset',
        asset: { ...draft, tenantId, externalReference, version: randomUUID() },
      }),
    read: (tenantId: string, externalReference: string): StoredFields | undefined =>
      assets.get(keyOf(tenantId, externalReference)),
    find: (tenantId: string, externalReference: string): StoredEnrichment | undefined =>
      enrichments.get(keyOf(tenantId, externalReference)),
    list: (tenantId?: string): readonly StoredEnrichment[] =>
      [...enrichments.values()].filter((one) => tenantId === undefined || one.tenantId === tenantId),
    /** Those with fields that nobody has filled, those first that were enriched longest ago or never. */
    listOpen: (tenantId: string, limit: number): readonly StoredFields[] =>
      [...assets.values()]
        .filter((asset) => asset.tenantId === tenantId && asset.fields.length < cmdbFields[asset.kind].length)
        .toSorted((one, other) => (one.enrichedAt ?? '').localeCompare(other.enrichedAt ?? ''))
        .slice(0, limit),
    /** `changed`: the asset is another one than the draft expects, and nothing is written. */
    create: (tenantId: string, draft: CmdbEnrichmentDraft, known: StoredFields): StoredEnrichment | 'changed' => {
      if (known.version !== draft.expectedVersion) return 'changed'
      const enrichment = enrichmentOf(tenantId, draft, known)
      record({ change: 'enrichment', enrichment, asset: enriched(known, enrichment) })
      return enrichment
    },
    reset: (tenantId?: string): void => record({ change: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: (): void => journal.close(),
  }
}
export type CmdbEnrichments = ReturnType<typeof openCmdbEnrichments>

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts)

const applyTo =
  (assets: Map<string, StoredFields>, enrichments: Map<string, StoredEnrichment>) =>
  (change: Change): void => {
    if (change.change === 'reset') {
      for (const map of [assets, enrichments])
        for (const [key, { tenantId }] of map)
          if (change.tenantId === undefined || change.tenantId === tenantId) map.delete(key)
      return
    }
    const { tenantId, externalReference } = change.asset
    assets.set(keyOf(tenantId, externalReference), change.asset)
    if (change.change === 'enrichment')
      enrichments.set(keyOf(tenantId, change.enrichment.externalReference), change.enrichment)
  }

/** A value for a field that a person has written is not taken, whatever the draft says. */
const enrichmentOf = (tenantId: string, draft: CmdbEnrichmentDraft, known: StoredFields): StoredEnrichment => {
  const ofPeople = new Set(known.fields.filter(({ origin }) => origin === 'person').map(({ field }) => field))
  return {
    id: randomUUID(),
    tenantId,
    externalReference: draft.externalReference,
    written: draft.values.map(({ field }) => field).filter((field) => !ofPeople.has(field)),
    createdAt: new Date().toISOString(),
    draft,
  }
}

const enriched = (known: StoredFields, { written, draft, createdAt }: StoredEnrichment): StoredFields => {
  const values = draft.values.filter(({ field }) => written.includes(field))
  return {
    ...known,
    fields: [
      ...known.fields.filter(({ field }) => !written.includes(field)),
      ...values.map(({ field, value }) => ({ field, value, origin: 'enrichment' as const })),
    ],
    version: randomUUID(),
    enrichedAt: createdAt,
  }
}
