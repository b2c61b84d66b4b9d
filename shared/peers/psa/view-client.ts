// Reads a ticket as a user sees it.
import type * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
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
        answers: { 200: recordOf(ReadPsaTicketView, 'id', id), ...refusedReads },
      }),
    ),
})
