// What is kept of enrichments: what was asked, what was found where, and what CRM made of it.
import * as z from 'zod'
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { effectStates } from '../../../shared/effects/effect-row.ts'
import {
  CrmEnrichableKind,
  CrmEnrichmentDraft,
  CrmField,
  CrmProvenance,
  CrmRecordFields,
} from '../../../shared/peers/crm/enrichment-contract.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { pageFaults } from '../../../shared/web/site-visit.ts'

/** Why nothing was looked for, or nothing was taken, in the words of the API. */
export const enrichmentStops = [
  'source-data-unavailable',
  'no-web-site',
  'parked',
  'another-organization',
  'nothing-found',
] as const

const PageRead = z.strictObject({
  url: z.string(),
  fault: z.enum(pageFaults).optional(),
  sha256: z.string().optional(),
})
export type PageRead = z.infer<typeof PageRead>

const Enrichment = z.strictObject({
  tenantId: z.string(),
  /** The external reference in CRM. */
  ref: z.string(),
  createdAt: z.iso.datetime(),
  state: z.enum(effectStates),
  kind: CrmEnrichableKind,
  recordId: z.string(),
  requestedBy: z.string(),
  attempt: z.int().min(1),
  stop: z.enum(enrichmentStops).optional(),
  pages: z.array(PageRead).optional(),
  /** What CRM is asked to do; kept until it has. */
  draft: CrmEnrichmentDraft.optional(),
  /** Fields of which a person has to decide. */
  proposed: z.array(CrmField).optional(),
  made: z
    .strictObject({ id: z.string(), url: z.string(), written: z.array(z.string()), asOf: z.iso.datetime() })
    .optional(),
})
export type Enrichment = z.infer<typeof Enrichment>

export const StoredCandidate = z.strictObject({
  id: z.string(),
  field: CrmField,
  value: z.string(),
  confidence: z.number(),
  provenance: CrmProvenance,
})

const Findings = z.strictObject({
  tenantId: z.string(),
  ref: z.string(),
  /** As CRM had it when the pages were read. */
  record: CrmRecordFields.pick({ name: true, companyName: true, version: true, industries: true }).extend({
    fields: z.array(z.strictObject({ field: z.string(), value: z.string(), origin: z.string() })),
  }),
  candidates: z.array(StoredCandidate),
})
export type Findings = z.infer<typeof Findings>

const throughReference = { tenant: ['tenantId'], through: { reference: ['ref'] } } as const

export const enrichmentTable = table('aiEnrichments', {
  enrichment: rowKind({
    schema: Enrichment,
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
    dataOf: throughReference,
  }),
  /** Deleted once CRM has what follows from it; of one that failed it ends by itself. */
  findings: rowKind({
    schema: Findings,
    partition: ['tenantId', 'ref'],
    key: [],
    keepFor: { days: 30 },
    dataOf: throughReference,
  }),
})

/** One a day for each record: whoever asks again on the same day gets that one. */
export const refOf = (
  tenantId: string,
  { kind, id, day }: { readonly kind: string; readonly id: string; readonly day: string },
) => plainDigest(JSON.stringify([tenantId, kind, id, day]))
