// What the endpoints of tickets take and answer.
import * as z from 'zod'
import { PsaPriority } from '../../../shared/peers/psa/ticket-contract.ts'
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
    .describe(
      'The outcome. When a finding was found again with a later detectedAt, its ticket gets a note or is reopened',
    ),
  changed: z.array(z.string()).describe('Members of the finding that have changed and were noted on the ticket'),
  ignored: z
    .array(z.string())
    .describe('Members that differ and were ignored, because the detection is not later than the last one'),
  priorityRaisedTo: PsaPriority.nullable().describe(
    'The new priority in PSA, when this request raised it. It is never lowered',
  ),
})

/** The ticket of a finding that was filed alone, and what came of filing it. */
export const FiledTicket = LinkedTicket.extend(outcome.shape).meta({ id: 'FiledTicket' })

export const FilingReport = z
  .object({
    tickets: z.array(LinkedTicket).describe('Each ticket once, even if several findings share it'),
    results: z.array(
      z.object({
        findingId: z.string(),
        ...outcome.shape,
        outcome: z.enum(['created', 'existing', 'noted', 'reopened', 'failed']),
        ticketId: z.string().nullable().describe('Id of one of the tickets; null when it failed'),
        problem: z.object({ type: z.string(), detail: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'FilingReport', description: 'One result per finding, in the order of the request' })
export type FilingReport = z.input<typeof FilingReport>

export const FiledTicketOrReport = z.union([FiledTicket, FilingReport])

/** Which tickets to list. */
export const Listing = z.strictObject({
  ...pageQuery(25),
  findingId: OpaqueId.optional().describe('Only the tickets of this finding'),
  status: TicketStatus.optional().describe('Only those with this current status in PSA'),
  repositoryId: OpaqueId.optional().describe('Only those of this repository'),
  type: FindingTypeName.optional().describe('Only those with findings of this type'),
  clientName: line(200).optional().describe('Only those of the client with this name, as shown in the tickets'),
})

export const LinkedTickets = z
  .object({
    tickets: z.array(LinkedTicket),
    psaAvailable: z.boolean().describe('False: every status is the last known one'),
    nextCursor: nextCursor.describe(
      'Absent on the last page. A page of a filtered list can have fewer tickets than the limit, or none, and still have a next page',
    ),
  })
  .meta({ id: 'LinkedTickets' })
