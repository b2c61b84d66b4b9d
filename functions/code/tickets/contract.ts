// What the endpoints of tickets take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { Finding, Findings } from './finding.ts'
import { LinkedTicket } from './linked-ticket.ts'

/** One finding, or many at once. */
export const Filing = z.union([Finding, Findings])

export const FilingReport = z
  .object({
    results: z.array(
      z.object({
        findingId: z.string(),
        outcome: z.enum(['created', 'existing', 'noted', 'reopened', 'failed']),
        ticket: LinkedTicket.nullable().describe('Null when it failed'),
        problem: z.object({ type: z.string(), detail: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'FilingReport', description: 'One result for each finding, in their order' })
export type FilingReport = z.input<typeof FilingReport>

export const LinkedTicketOrReport = z.union([LinkedTicket, FilingReport])

/** Which tickets to list. */
export const Listing = z.strictObject({
  ...pageQuery(25),
  findingId: OpaqueId.optional().describe('Only the tickets of this finding'),
})

export const LinkedTickets = z
  .object({
    tickets: z.array(LinkedTicket),
    psaAvailable: z.boolean().describe('False: each status is the last known one'),
    nextCursor,
  })
  .meta({ id: 'LinkedTickets' })
