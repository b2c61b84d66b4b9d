// The wire of companies and contacts as a user sees them in CRM.
import * as z from 'zod'
import { RecordId, RecordUrl } from '../user-read/contract.ts'
import { CrmOpportunity } from './contract.ts'

/** Newest activities, and opportunities, that a view has. */
export const crmViewMax = 20

const Activity = z.object({
  at: z.iso.datetime(),
  kind: z.enum(['call', 'email', 'meeting', 'note', 'task']),
  text: z.string(),
  by: z.string().optional(),
})

const OpenOpportunity = CrmOpportunity.pick({ name: true, value: true })

const shared = {
  id: RecordId,
  name: z.string(),
  /** Newest first. */
  recentActivities: z.array(Activity).max(crmViewMax),
  openOpportunities: z.array(OpenOpportunity).max(crmViewMax),
  url: RecordUrl,
}

/** Answer of `GET /v1/companies/{id}`. */
export const CrmCompanyView = z.object({
  ...shared,
  industry: z.string().optional(),
  website: z.string().optional(),
  /** `null` when nobody is named. */
  primaryContact: z.object({ name: z.string(), email: z.string().optional(), phone: z.string().optional() }).nullable(),
})
export type CrmCompanyView = z.infer<typeof CrmCompanyView>

/** Answer of `GET /v1/contacts/{id}`. */
export const CrmContactView = z.object({
  ...shared,
  jobTitle: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  companyName: z.string().nullable(),
})
export type CrmContactView = z.infer<typeof CrmContactView>
