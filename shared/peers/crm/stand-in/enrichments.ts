// Records of the CRM stand-in that can be enriched, who wrote which of their fields, and the enrichments that came.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { openJournalIn } from '../../../../local/stand-ins/journal.ts'
import { CrmEnrichment, CrmEnrichmentDraft, CrmRecordFields, type CrmEnrichableKind } from '../enrichment-contract.ts'

/** What the control API puts. */
export const RecordDraft = CrmRecordFields.omit({ kind: true, id: true, version: true })

const StoredRecord = CrmRecordFields.extend({ tenantId: z.string() })
type StoredRecord = z.infer<typeof StoredRecord>

const StoredEnrichment = CrmEnrichment.omit({ url: true }).extend({ tenantId: z.string(), draft: CrmEnrichmentDraft })
export type StoredEnrichment = z.infer<typeof StoredEnrichment>

const Change = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('record'), record: StoredRecord }),
  /** With the record as it is then. */
  z.strictObject({ change: z.literal('enrichment'), enrichment: StoredEnrichment, record: StoredRecord }),
  z.strictObject({ change: z.literal('reset'), tenantId: z.string().optional() }),
])
type Change = z.infer<typeof Change>

export const openCrmEnrichments = (dataFolder: string | undefined) => {
  const { journal, entries } = openJournalIn(dataFolder, 'crm-enrichments.jsonl', Change)
  const records = new Map<string, StoredRecord>()
  const enrichments = new Map<string, StoredEnrichment>()
  const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts)

  const apply = (change: Change): void => {
    if (change.change === 'reset') {
      for (const map of [records, enrichments])
        for (const [key, { tenantId }] of map)
          if (change.tenantId === undefined || change.tenantId === tenantId) map.delete(key)
      return
    }
    const { tenantId, kind, id } = change.record
    records.set(keyOf(tenantId, kind, id), change.record)
    if (change.change === 'enrichment')
      enrichments.set(keyOf(tenantId, change.enrichment.externalReference), change.enrichment)
  }
  for (const change of entries) apply(change)
  const record = (change: Change): void => {
    journal.append(change)
    apply(change)
  }

  return {
    put: (tenantId: string, kind: CrmEnrichableKind, id: string, draft: z.infer<typeof RecordDraft>): void =>
      record({ change: 'record', record: { ...draft, tenantId, kind, id, version: randomUUID() } }),
    read: (tenantId: string, kind: string, id: string): StoredRecord | undefined =>
      records.get(keyOf(tenantId, kind, id)),
    find: (tenantId: string, externalReference: string): StoredEnrichment | undefined =>
      enrichments.get(keyOf(tenantId, externalReference)),
    list: (tenantId?: string): readonly StoredEnrichment[] =>
      [...enrichments.values()].filter((one) => tenantId === undefined || one.tenantId === tenantId),
    /** Writes where no person has written anything, whatever the draft was made from. */
    create: (tenantId: string, draft: CrmEnrichmentDraft, known: StoredRecord): StoredEnrichment => {
      const ofPeople = new Set(known.fields.filter(({ origin }) => origin === 'person').map(({ field }) => field))
      const written = draft.values.filter(({ field }) => !ofPeople.has(field))
      const names = new Set(written.map(({ field }) => field))
      const fields = [
        ...known.fields.filter(({ field }) => !names.has(field)),
        ...written.map(({ field, value }) => ({ field, value, origin: 'enrichment' as const })),
      ]
      const enrichment = {
        id: randomUUID(),
        tenantId,
        externalReference: draft.externalReference,
        written: written.map(({ field }) => field),
        kept: draft.values.map(({ field }) => field).filter((field) => ofPeople.has(field)),
        createdAt: new Date().toISOString(),
        draft,
      }
      record({ change: 'enrichment', enrichment, record: { ...known, fields, version: randomUUID() } })
      return enrichment
    },
    reset: (tenantId?: string): void => record({ change: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: (): void => journal.close(),
  }
}
export type CrmEnrichments = ReturnType<typeof openCrmEnrichments>
