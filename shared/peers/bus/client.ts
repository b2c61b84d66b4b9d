// Publishes events through the HTTP API of The One Bus.
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { readBusAcceptedOf } from './answers.ts'
import { busContract } from './operations.ts'

/** What the bus has to know of an event; the outbox has checked the rest. */
type BusEvent = { readonly id: string; readonly type: string; readonly tenantid: string }

export type BusClient = {
  /** Safe to repeat: the bus drops an event whose id it has. Throws the `AppError`s of `PeerClient.call`. */
  readonly publish: (event: BusEvent) => Promise<void>
}

/** @param connection a client that exists already, or what to make one from */
export const createBusClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): BusClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'bus' })
  const call = operationCall(peer, busContract)
  return {
    publish: async (event) => {
      await call('publishEvent', {
        tenantId: event.tenantid,
        body: event,
        answers: { 202: readBusAcceptedOf(event.id) },
      })
    },
  }
}
