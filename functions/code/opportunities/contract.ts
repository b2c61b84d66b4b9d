// What the endpoints of opportunities take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { OpaqueId, paragraphs, shortened, webLink } from '../../../shared/text/text-schema.ts'
import { Repository } from '../repository.ts'
import { LinkedOpportunity } from './linked-opportunity.ts'
import { OpportunityType } from './opportunity-type.ts'

/** With the highest hourly rate that can be set, the value is still a safe integer. */
const effortHoursMax = 100_000

export const SignificantFinding = z
  .strictObject({
    findingId: OpaqueId.describe('Id of the finding in The One Code: each finding has one opportunity'),
    type: OpportunityType,
    title: shortened(200),
    summary: paragraphs().describe(
      'What was found and what is offered. Anything that looks like a secret is removed before the text is stored',
    ),
    repository: Repository,
    effortHours: z
      .number()
      .min(0.01)
      .max(effortHoursMax)
      .refine((hours) => Number(hours.toFixed(2)) === hours, 'must have at most two decimals')
      .optional()
      .describe('Multiplied by the hourly rate in the settings, it gives the value. Without it, the value stays open'),
    url: webLink.describe('Opens the finding in The One Code'),
    detectedAt: TimeFromOutside,
  })
  .meta({ id: 'SignificantFinding' })
export type SignificantFinding = z.infer<typeof SignificantFinding>

/** The opportunity of a finding, and what came of asking for it. */
export const OpenedOpportunity = LinkedOpportunity.extend({
  outcome: z.enum(['created', 'existing']),
  ignored: z
    .array(z.string())
    .describe(
      'Members that differ from the draft sent to CRM and were ignored, such as title or value: once the opportunity exists, people edit it in CRM. An opportunity that CRM refused or deleted is created again from this request',
    ),
}).meta({ id: 'OpenedOpportunity' })

export const Listing = z.strictObject(pageQuery(25))

export const LinkedOpportunities = z
  .object({
    opportunities: z.array(LinkedOpportunity),
    crmAvailable: z.boolean().describe('False: every stage is the last known one'),
    nextCursor,
  })
  .meta({ id: 'LinkedOpportunities' })
