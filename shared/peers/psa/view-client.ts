// Reads a ticket as a user sees it.
import type * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, refusedReads, userReadOf } from '../user-read/user-read.ts'
import type { psaContract } from './operations.ts'
import { PsaTicketView } from './view-contract.ts'

const ReadPsaTicketView = reading(needing(PsaTicketView, ['id', 'title', 'status', 'url']))
export type ReadPsaTicketView = z.output<typeof ReadPsaTicketView>

export type PsaViewClient = {
  readonly viewTicket: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadPsaTicketView>>
}

export const createPsaViewClient = (call: OperationCall<typeof psaContract>): PsaViewClient => ({
  viewTicket: async (tenantId, userId, id) =>
    userReadOf(
      await call('viewTicket', {
        tenantId,
        userId,
        params: { id },
        answers: { 200: readPsaTicketViewOf(id), ...refusedReads },
      }),
    ),
})

/** Another ticket than the one asked for is no answer: its text would be told as that of this one. */
const readPsaTicketViewOf = (id: string) =>
  ReadPsaTicketView.refine((ticket) => ticket.id === id, {
    error: 'This is another ticket than the one asked for',
    path: ['id'],
  })
