// A Code-created ticket as callers see it (CODE-2).
import * as z from 'zod'
import { ReadPsaTicketStatus } from '../../../shared/peers/psa/answers.ts'
import { Severity } from '../../../shared/text/severity.ts'
import type { Ticket } from './ticket-table.ts'

export const TicketStatus = z.enum([...ReadPsaTicketStatus.options, 'filing', 'rejected', 'deleted'])
export type TicketStatus = z.infer<typeof TicketStatus>

export const LinkedTicket = z
  .object({
    id: z.string().nullable().describe('Id in PSA; null until PSA has created it'),
    title: z.string(),
    url: z.string().nullable().describe('Opens the ticket in PSA'),
    status: z
      .object({
        value: TicketStatus.describe(
          'Status in PSA; unknown: a status that this version does not know; filing: requested, not yet created in PSA; rejected: PSA refused it; deleted: PSA no longer has it',
        ),
        asOf: z.iso.datetime().describe('When PSA reported it'),
        ageSeconds: z.int().min(0),
        live: z.boolean().describe('False when PSA did not answer: the status is the last known one'),
      })
      .describe('Current status in PSA'),
    findings: z.array(z.object({ findingId: z.string(), severity: Severity }).describe('The findings of the ticket')),
    type: z.string().describe('Type of its findings'),
    repository: z.object({ id: z.string(), name: z.string() }),
    clientName: z
      .string()
      .nullable()
      .describe('The client; null when the repository is not mapped to a client and the ticket is on the triage board'),
    previousTicketId: z
      .string()
      .nullable()
      .describe('Id in PSA of the earlier ticket of its findings, which was deleted or closed too long ago'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'LinkedTicket' })
export type LinkedTicket = z.infer<typeof LinkedTicket>

/** For one that PSA does not have. */
const statusWithout = { begun: 'filing', made: 'filing', refused: 'rejected', gone: 'deleted' } as const

/** @param live whether PSA has just been asked for the status that `ticket` holds */
export const linkedTicketOf = (ticket: Ticket, { live, now }: { live: boolean; now: Date }): LinkedTicket => {
  const { made, state } = ticket
  const asOf = made?.asOf ?? ticket.createdAt
  return {
    id: made?.id ?? null,
    title: ticket.title,
    url: made?.url ?? null,
    status: {
      value: state === 'made' && made ? made.status : statusWithout[state],
      asOf,
      ageSeconds: Math.max(0, Math.floor((now.getTime() - Date.parse(asOf)) / 1000)),
      live,
    },
    findings: ticket.findings.map(({ findingId, severity }) => ({ findingId, severity })),
    type: ticket.type,
    repository: ticket.repository,
    clientName: ticket.clientName ?? null,
    previousTicketId: ticket.previousId ?? null,
    createdAt: ticket.createdAt,
  }
}
