// A Code-created ticket as callers see it (CODE-2).
import * as z from 'zod'
import { PsaTicketStatus } from '../../../shared/peers/psa/contract.ts'
import { Severity } from './finding.ts'
import type { Ticket } from './ticket-table.ts'

export const LinkedTicket = z
  .object({
    id: z.string().nullable().describe('Id in PSA; null while PSA has not made it yet'),
    title: z.string(),
    url: z.string().nullable().describe('Opens the ticket in PSA'),
    status: z
      .object({
        value: PsaTicketStatus.or(z.enum(['filing', 'rejected'])).describe(
          'Status in PSA; filing: begun and not yet made there; rejected: PSA refused it',
        ),
        asOf: z.iso.datetime().describe('When PSA said so'),
        ageSeconds: z.int().min(0),
        live: z.boolean().describe('False when PSA could not be asked now: then it is the last known status'),
      })
      .describe('Current status in PSA'),
    findings: z.array(
      z.object({ findingId: z.string(), severity: Severity }).describe('The findings that it was created for'),
    ),
    type: z.string().describe('The type of its findings'),
    repository: z.object({ id: z.string(), name: z.string() }),
    clientName: z
      .string()
      .nullable()
      .describe('The client; null when the repository is unmapped and the ticket is on the triage board'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'LinkedTicket' })
export type LinkedTicket = z.infer<typeof LinkedTicket>

/** @param live whether PSA has just been asked for the status that `ticket` holds */
export const linkedTicketOf = (ticket: Ticket, { live, now }: { live: boolean; now: Date }): LinkedTicket => {
  const asOf = ticket.psa?.statusAsOf ?? ticket.createdAt
  return {
    id: ticket.psa?.id ?? null,
    title: ticket.title,
    url: ticket.psa?.url ?? null,
    status: {
      value: ticket.psa?.status ?? (ticket.state === 'rejected' ? 'rejected' : 'filing'),
      asOf,
      ageSeconds: Math.max(0, Math.floor((now.getTime() - Date.parse(asOf)) / 1000)),
      live,
    },
    findings: ticket.findings.map(({ findingId, severity }) => ({ findingId, severity })),
    type: ticket.type,
    repository: ticket.repository,
    clientName: ticket.clientName ?? null,
    createdAt: ticket.createdAt,
  }
}
