// The wire between this suite and The One CRM, version 1. What this suite reads of the answers is in `answers.ts`.
import * as z from 'zod'
import { userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const crmHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

/** Longest texts in UTF-16 code units, and most items in lists. */
export const crmLimits = {
  externalReference: 128,
  name: 200,
  description: 20_000,
  links: 20,
  /** Opportunities that one read by ids may ask for. */
  idsPerRead: 100,
} as const

const isWellFormed = (text: string): boolean => text.isWellFormed()
const illFormed = 'contains half a character (a lone surrogate)'

export const CrmStage = z.enum(['open', 'won', 'lost'])
export type CrmStage = z.infer<typeof CrmStage>

/** Opaque. Without commas and control characters, since ids travel as a comma-separated list. */
export const CrmOpportunityId = z
  .string()
  .min(1)
  .max(64)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^,\u0000-\u001f\u007f]+$/u, 'has a comma or a control character')
  .refine(isWellFormed, illFormed)

export const CrmExternalReference = z.string().min(1).max(crmLimits.externalReference).refine(isWellFormed, illFormed)

/** CRM's own id of a company. */
export const CrmCompanyId = z.string().min(1).max(64)

const Currency = z.string().regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code such as EUR')

const CrmLink = z.strictObject({
  title: z.string().min(1).max(200),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
})

/** Body of `POST /v1/opportunities`. */
export const CrmOpportunityDraft = z.strictObject({
  /** Unique per tenant: a second opportunity with it is refused with 409 and the first one in the problem document. */
  externalReference: CrmExternalReference,
  name: z.string().min(1).max(crmLimits.name),
  /** `null` when nobody has said whose it is. An id that CRM does not know is refused with 422. */
  companyId: CrmCompanyId.nullable(),
  /** In minor units of the currency: cents of EUR, whole JPY. `null` leaves the value open. */
  value: z.strictObject({ amountMinor: z.int().min(0), currency: Currency }).nullable(),
  /** Plain text or Markdown; CRM never renders HTML that is in it. */
  description: z.string().max(crmLimits.description),
  source: z.literal('the-one-code'),
  /** Slug of what it came of, such as `migration_recommendation`. */
  type: z.string().min(1).max(64),
  links: z.array(CrmLink).max(crmLimits.links),
})
export type CrmOpportunityDraft = z.infer<typeof CrmOpportunityDraft>

const UtcTime = z.iso.datetime()

/** What CRM has of an opportunity, which people change there. */
export const CrmOpportunity = z.object({
  id: CrmOpportunityId,
  externalReference: z.string(),
  name: z.string(),
  stage: CrmStage,
  companyId: z.string().nullable(),
  value: z.object({ amountMinor: z.int(), currency: Currency }).nullable(),
  createdAt: UtcTime,
  updatedAt: UtcTime,
  /** Opens the opportunity in CRM, for a person. */
  url: z.url({ protocol: /^https?$/ }),
})
export type CrmOpportunity = z.infer<typeof CrmOpportunity>

/** Answer of `GET /v1/opportunities?externalReference=` (none or one) and `GET /v1/opportunities?ids=a,b` (unknown ids left out). */
export const CrmOpportunityList = z.object({ opportunities: z.array(CrmOpportunity) })

/** Answer of `GET /v1/health`, which asks for a valid key too. */
export const CrmHealth = z.object({ status: z.literal('ok'), version: z.string() })
export type CrmHealth = z.infer<typeof CrmHealth>

/** The 409 of `POST /v1/opportunities`, an RFC 9457 problem document with the opportunity that has the external reference. */
export const CrmOpportunityExists = z.object({ title: z.string(), status: z.int(), opportunity: CrmOpportunity })
