// Tells Defend of signals about people.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import type { defendContract } from './operations.ts'
import {
  type DefendInsiderSignal,
  DefendSignalExists,
  DefendSignalReceipt,
  DefendSignalReceipts,
  SignalReference,
} from './signal-contract.ts'

const ReadReceipt = reading(needing(DefendSignalReceipt, ['externalReference']))

/** By the reference it is about this signal. */
const receiptOf = (externalReference: string) =>
  ReadReceipt.refine((receipt) => receipt.externalReference === externalReference, {
    error: 'This is another signal than the one asked for',
    path: ['externalReference'],
  })

export type DefendSignalsClient = {
  /** `exists`: Defend has a signal with this external reference already, and changed nothing. */
  readonly createInsiderSignal: (
    tenantId: string,
    signal: DefendInsiderSignal,
  ) => Promise<{ readonly outcome: 'created' | 'exists'; readonly receipt: DefendSignalReceipt }>
  readonly findInsiderSignal: (tenantId: string, externalReference: string) => Promise<DefendSignalReceipt | undefined>
}

const checked = checkedFor('Defend')

export const createDefendSignalsClient = (call: OperationCall<typeof defendContract>): DefendSignalsClient => ({
  createInsiderSignal: async (tenantId, signal) => {
    const mine = receiptOf(signal.externalReference)
    const answers = { 201: mine, 409: reading(needing(DefendSignalExists.extend({ signal: mine }), ['signal'])) }
    const answer = await call('createInsiderSignal', { tenantId, body: signal, answers })
    return answer.status === 201
      ? { outcome: 'created', receipt: answer.body }
      : { outcome: 'exists', receipt: answer.body.signal }
  },
  findInsiderSignal: async (tenantId, externalReference) => {
    const { body } = await call('listInsiderSignals', {
      tenantId,
      query: { externalReference: checked(SignalReference, externalReference, 'externalReference') },
      answers: { 200: reading(DefendSignalReceipts.extend({ signals: z.array(ReadReceipt) })) },
    })
    return body.signals.find((signal) => signal.externalReference === externalReference)
  },
})
