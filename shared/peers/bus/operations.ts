// What can be asked of The One Bus. Refusals are RFC 9457 problem documents.
import * as z from 'zod'
import { peerContract } from '../../peer-client/operation.ts'
import { BusAccepted, busHeaders } from './contract.ts'

export const busContract = peerContract({
  name: 'The One Bus',
  headers: busHeaders,
  operations: {
    publishEvent: {
      method: 'POST',
      path: '/v1/events',
      /** A CloudEvent in structured JSON, which the outbox has checked. */
      body: { event: z.looseObject({ id: z.string(), type: z.string(), tenantid: z.string() }) },
      answers: { 202: BusAccepted },
      // The bus drops an event whose id it has.
      repeatable: true,
    },
  },
})

export type BusOperation = keyof typeof busContract.operations
