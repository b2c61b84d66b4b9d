// What this suite reads of PSA's answers about tickets.
import * as z from 'zod'
import { areOf } from '../../peer-client/id-pages.ts'
import { needing, reading, unknownValue } from '../../schema/reading.ts'
import { PsaHealth, PsaProblem } from './contract.ts'
import {
  PsaNote,
  PsaPriority,
  PsaTicket,
  PsaTicketExists,
  PsaTicketList,
  PsaTicketPage,
  PsaTicketStatus,
  PsaUnknownCompany,
} from './ticket-contract.ts'

export const ReadPsaTicketStatus = z.enum([...PsaTicketStatus.options, unknownValue])
export const ReadPsaPriority = z.enum([...PsaPriority.options, unknownValue])

const needed = ['id', 'status', 'closedAt', 'url'] as const

export const ReadPsaTicket = reading(needing(PsaTicket, needed))
export type ReadPsaTicket = z.output<typeof ReadPsaTicket>

/** Null for an open one. One in a status that is not known here counts as open: it is not to be opened again. */
export const closedAtOf = ({ status, closedAt }: Pick<ReadPsaTicket, 'status' | 'closedAt'>): string | null =>
  status === unknownValue ? null : closedAt

const isOther = { error: 'Others than those asked for', path: ['tickets'] }

export const readPsaTicketsOf = (ids: readonly string[]) =>
  reading(PsaTicketList.extend({ tickets: z.array(ReadPsaTicket) })).refine(
    ({ tickets }) =>
      areOf(
        ids,
        tickets.map(({ id }) => id),
      ),
    isOther,
  )

/** None or one; whoever asks compares the reference, and a creation would find it anyway. */
export const ReadPsaTicketsFound = reading(
  PsaTicketList.extend({ tickets: z.array(reading(needing(PsaTicket, [...needed, 'externalReference']))) }),
)

/** As those see them who have to take them over. */
export const ReadPsaTicketPage = reading(
  PsaTicketPage.extend({
    tickets: z.array(reading(needing(PsaTicket, ['id', 'title', 'status', 'priority', 'url']))),
  }),
)
export type ReadPsaTicketPage = z.output<typeof ReadPsaTicketPage>

/** Another ticket than the one that is meant is no answer: a finding would be linked to it, or told on it. */
export const readPsaTicketOf = (id: string) =>
  ReadPsaTicket.refine((ticket) => ticket.id === id, {
    error: 'This is another ticket than the one that is meant',
    path: ['id'],
  })

export const readPsaTicketMade = (externalReference: string) =>
  reading(needing(PsaTicket, [...needed, 'externalReference'])).refine(
    (ticket) => ticket.externalReference === externalReference,
    { error: 'This is another ticket than the one that is meant', path: ['externalReference'] },
  )

export const readPsaTicketExists = (externalReference: string) =>
  reading(needing(PsaTicketExists.extend({ ticket: readPsaTicketMade(externalReference) }), ['ticket']))

const unknownCompany = PsaUnknownCompany.shape.type.value

/** Only this very type: any other 422 is a plain refusal. */
export const ReadPsaUnknownCompany = reading(
  z.object({ type: z.string().refine((type) => type === unknownCompany, 'is another reason') }),
)

/** By its reference the answer is about this note, and not of something in between. */
export const readPsaNoteOf = (reference: string) =>
  reading(needing(PsaNote, ['reference'])).refine((note) => note.reference === reference, {
    error: 'This is another note than the one that was added',
    path: ['reference'],
  })
export const ReadPsaProblem = reading(needing(PsaProblem, []))

export const ReadPsaHealth = reading(needing(PsaHealth, ['status']))
export type ReadPsaHealth = z.output<typeof ReadPsaHealth>
