// What can be asked of The One Books. Refusals are RFC 9457 problem documents.
import { peerContract } from '../../peer-client/operation.ts'
import { ReadableHealth, RecordId, userReadAnswers } from '../user-read/contract.ts'
import { BooksInvoice, booksHeaders } from './contract.ts'

export const booksContract = peerContract({
  name: 'Books',
  headers: booksHeaders,
  operations: {
    readInvoice: {
      method: 'GET',
      path: '/v1/invoices/:id',
      params: { id: RecordId },
      answers: userReadAnswers(BooksInvoice),
      asUser: true,
    },
    checkHealth: { method: 'GET', path: '/v1/health', answers: { 200: ReadableHealth } },
  },
})
