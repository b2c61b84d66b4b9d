// The wire of enrichment: what CRM has of a company or a contact and who put it there, and what is found about it on the public web.
import * as z from 'zod'
import { RecordId, RecordUrl } from '../user-read/contract.ts'
import { CrmExternalReference } from './contract.ts'

export const CrmEnrichableKind = z.enum(['company', 'contact'])
export type CrmEnrichableKind = z.infer<typeof CrmEnrichableKind>

/** What can be filled in. */
export const crmFields = {
  company: ['industry', 'employees', 'website', 'linkedIn', 'phone', 'description', 'foundedYear', 'address', 'vatId'],
  contact: ['jobTitle', 'linkedIn', 'phone'],
} as const satisfies Readonly<Record<CrmEnrichableKind, readonly string[]>>

export const CrmField = z.enum([...crmFields.company, 'jobTitle'])
export type CrmField = z.infer<typeof CrmField>

const Value = z.string().min(1).max(1_000)

/** Answer of `GET /v1/records/{kind}/{id}/fields`. */
export const CrmRecordFields = z.object({
  kind: CrmEnrichableKind,
  id: RecordId,
  /** Of the company, or of the person. */
  name: z.string().max(200),
  /** The company of a contact; of a company the same as `name`. */
  companyName: z.string().max(200),
  /** Of the company, as far as CRM knows it. */
  website: z.string().max(2_000).nullable(),
  /** Of the addresses of its contacts, or of the contact. */
  emailDomains: z.array(z.string().max(253)).max(20),
  /** What `industry` is chosen from. */
  industries: z.array(z.string().min(1).max(120)).max(500),
  /** Those that have a value. `person`: somebody wrote it, and no program may change it. */
  fields: z.array(z.object({ field: CrmField, value: Value, origin: z.enum(['person', 'enrichment']) })).max(20),
  /** Changes with every change of the record. */
  version: z.string().min(1).max(64),
})
export type CrmRecordFields = z.infer<typeof CrmRecordFields>

/** Where a value stands, so that anybody can look. */
export const CrmProvenance = z.strictObject({
  url: z.url({ protocol: /^https$/ }).max(2_000),
  /** Of the bytes of the page. */
  pageSha256: z.string().regex(/^[0-9a-f]{64}$/),
  fetchedAt: z.iso.datetime(),
  /** From and to, in characters of the page. */
  from: z.int().min(0),
  to: z.int().min(1),
  /** As it stands there. */
  quote: z.string().min(1).max(500),
  rule: z.enum(['structured-data', 'page-text', 'link', 'chosen-from-list']),
})
export type CrmProvenance = z.infer<typeof CrmProvenance>

const Found = z.strictObject({
  field: CrmField,
  value: Value,
  confidence: z.number().min(0).max(1),
  provenance: z.array(CrmProvenance).min(1).max(10),
})

/** Body of `POST /v1/enrichments`. */
export const CrmEnrichmentDraft = z.strictObject({
  /** Unique per tenant: a second enrichment with it is refused with 409 and the first one in the problem document. */
  externalReference: CrmExternalReference,
  kind: CrmEnrichableKind,
  recordId: RecordId,
  /** Of the fields that it was made from. A field that a person has written since is kept. */
  version: z.string().min(1).max(64),
  /** To be written where no person has written anything. */
  values: z.array(Found).max(20),
  /** To be shown to a person, and not written. */
  proposals: z
    .array(
      Found.extend({
        why: z.enum(['pages-differ', 'differs-from-record', 'less-certain']),
        /** Among several of one field: the one that fits best. */
        isSuggested: z.boolean(),
      }),
    )
    .max(60),
})
export type CrmEnrichmentDraft = z.infer<typeof CrmEnrichmentDraft>

/** What became of it in CRM. */
export const CrmEnrichment = z.object({
  id: RecordId,
  externalReference: z.string(),
  written: z.array(CrmField),
  /** Those that a person had written. */
  kept: z.array(CrmField),
  url: RecordUrl,
  createdAt: z.iso.datetime(),
})
export type CrmEnrichment = z.infer<typeof CrmEnrichment>

/** Answer of `GET /v1/enrichments?externalReference=`: none or one. */
export const CrmEnrichmentList = z.object({ enrichments: z.array(CrmEnrichment).max(1) })

/** The 409 of `POST /v1/enrichments`. */
export const CrmEnrichmentExists = z.object({ title: z.string(), status: z.int(), enrichment: CrmEnrichment })
