// A record that `npm start` puts into the stand-in of a product.
import type { Peer } from '../shared/peers/peers.ts'

export type DemoRecord = {
  readonly peer: Peer
  readonly kind: string
  readonly id: string
  /** The client, as the product has it. */
  readonly clientId: string | null
  readonly record: Readonly<Record<string, unknown>>
}
