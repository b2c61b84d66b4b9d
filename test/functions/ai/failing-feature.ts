// What a feature of AI that writes into a product is for tests in which its peers fail: what happens, in an organization of its own, and what comes of it.
import type { Stack } from '../../../local/stack.ts'
import type { CloudEvent } from '../../../shared/bus/cloud-event.ts'
import type { Peer } from '../../../shared/peers/peers.ts'
import type { Services } from '../../../shared/services.ts'

export type World = { readonly stack: Pick<Stack, 'urls' | 'settings'>; readonly services: Services }

export type Begun = {
  readonly tenantId: string
  /** What products tell of over the bus. */
  readonly events: readonly CloudEvent[]
  /** What a person asks for. Undefined when it was not accepted. */
  readonly ask?: () => Promise<string | undefined>
  /** How many results the product has, or of one result how often it was changed: it must come to one. */
  readonly results: () => Promise<number>
  /** What was begun and has not ended, in words. */
  readonly left: () => Promise<readonly string[]>
  /** What timers do about what is left. */
  readonly night?: () => Promise<void>
}

export type Feature = {
  readonly name: string
  /** Those that it reads or writes. */
  readonly peers: readonly Peer[]
  /** How the product is told of the result; nothing of one that is kept here. */
  readonly tells?: { readonly peer: Peer; readonly operation: string }
  readonly begin: (world: World) => Promise<Begun>
}

/** `2 markers`, or nothing when there are none. */
export const counted = (things: readonly unknown[], name: string): readonly string[] =>
  things.length === 0 ? [] : [`${things.length} ${name}`]
