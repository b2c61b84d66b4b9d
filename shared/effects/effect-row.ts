// What a row needs to be the record of an effect, and how one is made and read in its peer.
import type { Row, Store } from '../store/store.ts'
import type { Marked } from '../store/pending.ts'

/**
 * - `begun`: the peer may or may not have it
 * - `made`: the peer has it
 * - `refused`: the peer will not have it as it was asked; it may be begun again with what is right
 * - `gone`: the peer had it and has it no longer
 */
export const effectStates = ['begun', 'made', 'refused', 'gone'] as const

export type EffectRow<Draft, Seen> = Marked & {
  readonly state: (typeof effectStates)[number]
  /** What the peer is asked to make; kept until it has. `ref` is in it, and unique in the peer. */
  readonly draft?: Draft | undefined
  /** What the peer made of it, as it was last seen there. */
  readonly made?: (Seen & { readonly asOf: string }) | undefined
}

/** A record that the peer has made, although it may be gone from there since. */
export type Made<Value extends { readonly made?: unknown }> = Value & { readonly made: NonNullable<Value['made']> }

export const isMade = <Value extends { readonly made?: unknown }>(value: Value): value is Made<Value> =>
  value.made !== undefined

export type EffectRows<Value> = {
  readonly get: (key: Marked) => Promise<Row<Value> | undefined>
  readonly update: (row: Row<Value>, value: Value) => Promise<Row<Value>>
  readonly modify: (key: Value, change: (current: Value | undefined) => Value) => Promise<Row<Value>>
}

/** How the record of an effect is made and read in its peer. Every call can be repeated. */
export type RecordDefinition<Value, Draft, Seen, Peer, Thing> = {
  /** As logs name it: `code.opportunity`. */
  readonly name: string
  readonly rows: (store: Store) => EffectRows<Value>
  /** @param value the row of the reference */
  readonly find: (peer: Peer, tenantId: string, ref: string, value: Value) => Promise<Thing | undefined>
  /** @param value the row of the draft */
  readonly create: (
    tools: PeerTools<Peer>,
    value: Value,
    draft: Draft,
  ) => Promise<{ readonly thing: Thing; readonly isNew: boolean }>
  /** What belongs to it besides, added after it was made or found, and before it is recorded. */
  readonly complete?: (peer: Peer, tenantId: string, draft: Draft, thing: Thing) => Promise<void>
  /** Those that the peer still has. */
  readonly readMany: (peer: Peer, tenantId: string, ids: readonly string[]) => Promise<readonly Thing[]>
  /** What is kept of it, to be shown while the peer is down. */
  readonly seen: (thing: Thing) => Seen
}

export type PeerTools<Peer> = { readonly store: Store; readonly peer: Peer; readonly now: () => Date }
