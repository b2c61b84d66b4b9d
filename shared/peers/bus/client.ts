// Publishes events through the HTTP API of The One Bus.
import type { CloudEvent } from '../../bus/cloud-event.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { peerPath } from '../../peer-client/peer-path.ts'
import { ReadBusAccepted } from './answers.ts'

export type BusClient = {
  /** Safe to repeat: the bus drops an event whose id it has. Throws the `AppError`s of `PeerClient.call`. */
  readonly publish: (event: CloudEvent) => Promise<void>
}

/** @param connection a client that exists already, or what to make one from */
export const createBusClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): BusClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'bus' })
  return {
    publish: async (event) => {
      await peer.call({
        operation: 'publish event',
        tenantId: event.tenantid,
        method: 'POST',
        path: peerPath`/v1/events`,
        body: event,
        idempotent: true,
        answers: { 202: ReadBusAccepted },
      })
    },
  }
}
