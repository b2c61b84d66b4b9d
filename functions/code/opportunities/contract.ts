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
    findingId: OpaqueId.describe('The id of the finding in The One Code: the same finding has one opportunity'),
    type: OpportunityType,
    title: shortened(200),
    summary: paragraphs().describe(
      'What was found and what is offered. Anything that looks like a secret is taken out before it is stored',
    ),
    repository: Repository,
    effortHours: z
      .number()
      .min(0.01)
      .max(effortHoursMax)
      .refine((hours) => Number(hours.toFixed(2)) === hours, 'must have at most two decimals')
      .optional()
      .describe('Times the hourly rate of the settings it is the value. Without it the value is left open'),
    url: webLink.describe('Where the finding can be seen in The One Code'),
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
      'What differs from what CRM was asked for and was not taken, such as title or value: once it is made, CRM has the say. What CRM refused, or no longer has, is made again with what is known now',
    ),
}).meta({ id: 'OpenedOpportunity' })

export const Listing = z.strictObject(pageQuery(25))

export const LinkedOpportunities = z
  .object({
    opportunities: z.array(LinkedOpportunity),
    crmAvailable: z.boolean().describe('False: each stage is the last known one'),
    nextCursor,
  })
  .meta({ id: 'LinkedOpportunities' })
