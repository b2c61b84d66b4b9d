// What the endpoints of tickets take and answer.
import * as z from 'zod'
import { Finding, Findings, OpaqueId } from './finding.ts'
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
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'must be a number from 1 to 100')
    .default('25')
    .transform(Number)
    .describe('1 to 100 tickets, 25 unless told'),
  cursor: z.string().max(2_000).optional().describe('nextCursor of the page before'),
  findingId: OpaqueId.optional().describe('Only the tickets of this finding'),
})

export const LinkedTickets = z
  .object({
    tickets: z.array(LinkedTicket),
    psaAvailable: z.boolean().describe('False: each status is the last known one'),
    nextCursor: z.string().optional().describe('Absent on the last page'),
  })
  .meta({ id: 'LinkedTickets' })
