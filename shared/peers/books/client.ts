// What this suite asks of The One Books, as functions over the contract.
import type * as z from 'zod'
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { needing, reading } from '../../schema/reading.ts'
import { ReadHealth, type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import { BooksInvoice } from './contract.ts'
import { booksContract } from './operations.ts'

const ReadBooksInvoice = reading(needing(BooksInvoice, ['id', 'number', 'currency', 'total', 'dueOn', 'url']))
export type ReadBooksInvoice = z.output<typeof ReadBooksInvoice>

/** Every function throws the `AppError`s of `PeerClient.call`. All only read. */
export type BooksClient = {
  readonly readInvoice: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadBooksInvoice>>
  /** Resolves when Books answers and accepts the key. */
  readonly checkHealth: (tenantId: string) => Promise<ReadHealth>
}

/** @param connection a client that exists already, or what to make one from */
export const createBooksClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): BooksClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'books' })
  const call = operationCall(peer, booksContract)
  return {
    readInvoice: async (tenantId, userId, id) => {
      const answers = { 200: recordOf(ReadBooksInvoice, 'id', id), ...refusedReads }
      return userReadOf(await call('readInvoice', { tenantId, userId, params: { id }, answers }))
    },
    checkHealth: async (tenantId) => (await call('checkHealth', { tenantId, answers: { 200: ReadHealth } })).body,
  }
}
