// The wire between this suite and The One Books, version 1: invoices are read on behalf of a user, and nothing is written.
import * as z from 'zod'
import { RecordId, RecordUrl, userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const booksHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

const Currency = z.string().regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code such as EUR')

/** In minor units of the invoice's currency: cents of EUR, whole JPY. */
const Amount = z.int()

/** Answer of `GET /v1/invoices/{id}`. */
export const BooksInvoice = z.object({
  id: RecordId,
  number: z.string(),
  status: z.enum(['draft', 'open', 'overdue', 'paid', 'void']),
  clientName: z.string(),
  currency: Currency,
  total: Amount,
  paid: Amount.optional(),
  issuedOn: z.iso.date().optional(),
  dueOn: z.iso.date(),
  lineItems: z.array(z.object({ description: z.string(), quantity: z.number().optional(), amount: Amount })).max(500),
  url: RecordUrl,
})
export type BooksInvoice = z.infer<typeof BooksInvoice>
