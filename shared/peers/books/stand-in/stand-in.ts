// Stand-in of The One Books on the contract of this suite: it keeps invoices that the control API puts, and shows each to who may see it.
import { startReadable } from '../../../../local/stand-ins/readable-stand-in.ts'
import type { RunningStandIn } from '../../../../local/stand-ins/stand-in.ts'
import type { StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { BooksInvoice } from '../contract.ts'
import { booksContract } from '../operations.ts'

export const start = (options: StandInOptions): Promise<RunningStandIn> =>
  startReadable(
    {
      slug: 'books',
      contract: booksContract,
      kinds: { invoice: { schema: BooksInvoice, path: 'invoices', atLeast: 'member' } },
      answers: (views) => ({
        readInvoice: ({ tenantId, userId, params: { id } }) => views.answerRecord({ tenantId, userId }, 'invoice', id),
        checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } }),
      }),
    },
    options,
  )
