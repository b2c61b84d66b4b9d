// What the endpoints of tickets take and answer.
import * as z from 'zod'
import { PsaPriority } from '../../../shared/peers/psa/contract.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId, line } from '../../../shared/text/text-schema.ts'
import { Finding, Findings } from './finding.ts'
import { LinkedTicket, TicketStatus } from './linked-ticket.ts'
import { FindingTypeName } from './ticket-table.ts'

/** One finding, or many at once. */
export const Filing = z.union([Finding, Findings])

const outcome = z.object({
  outcome: z
    .enum(['created', 'existing', 'noted', 'reopened'])
    .describe('What came of it. Of what was found again, a later detectedAt is noted on its ticket, or reopens it'),
  changed: z
    .array(z.string())
    .describe('Members of the finding that differ from what the ticket knew, and that it was told of'),
  ignored: z
    .array(z.string())
    .describe(
      'Members that differ and were not taken: the ticket keeps what it knew, since the detection is no later one',
    ),
  priorityRaisedTo: PsaPriority.nullable().describe('The priority in PSA, when this raised it. It is never lowered'),
})

/** The ticket of a finding that was filed alone, and what came of filing it. */
export const FiledTicket = LinkedTicket.extend(outcome.shape).meta({ id: 'FiledTicket' })

export const FilingReport = z
  .object({
    tickets: z.array(LinkedTicket).describe('Each once, however many of the findings it is for'),
    results: z.array(
      z.object({
        findingId: z.string(),
        ...outcome.shape,
        outcome: z.enum(['created', 'existing', 'noted', 'reopened', 'failed']),
        ticketId: z.string().nullable().describe('The id of one of the tickets; null when it failed'),
        problem: z.object({ type: z.string(), detail: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'FilingReport', description: 'One result for each finding, in their order' })
export type FilingReport = z.input<typeof FilingReport>

export const FiledTicketOrReport = z.union([FiledTicket, FilingReport])

/** Which tickets to list. */
export const Listing = z.strictObject({
  ...pageQuery(25),
  findingId: OpaqueId.optional().describe('Only the tickets of this finding'),
  status: TicketStatus.optional().describe('Only those with this status, as it is in PSA now'),
  repositoryId: OpaqueId.optional().describe('Only those of this repository'),
  type: FindingTypeName.optional().describe('Only those of findings of this type'),
  clientName: line(200).optional().describe('Only those of the client of this name, as the tickets show it'),
})

export const LinkedTickets = z
  .object({
    tickets: z.array(LinkedTicket),
    psaAvailable: z.boolean().describe('False: each status is the last known one'),
    nextCursor: nextCursor.describe(
      'Absent on the last page. A page of a filtered list may have fewer tickets than its limit, or none, and go on',
    ),
  })
  .meta({ id: 'LinkedTickets' })
