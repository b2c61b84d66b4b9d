// Publishes events through the HTTP API of The One Bus.
import type { CloudEvent } from '../../bus/cloud-event.ts'
import { type PeerClientOptions, createPeerClient } from '../peer-client.ts'
import { peerPath } from '../peer-path.ts'
import { BusAccepted } from './contract.ts'

export type BusClient = {
  /** Safe to repeat: the bus drops an event whose id it has. Throws the `AppError`s of `PeerClient.call`. */
  readonly publish: (event: CloudEvent) => Promise<void>
}

export const createBusClient = (connection: Omit<PeerClientOptions, 'peer'>): BusClient => {
  const peer = createPeerClient({ ...connection, peer: 'bus' })
  return {
    publish: async (event) => {
      await peer.call({
        operation: 'publish event',
        tenantId: event.tenantid,
        method: 'POST',
        path: peerPath`/v1/events`,
        body: event,
        idempotent: true,
        answers: { 202: BusAccepted },
      })
    },
  }
}
