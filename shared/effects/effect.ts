// One record in a peer, made once: it is marked and claimed here first, made there under a reference that the peer keeps unique, recorded
// here, and the marker is cleared. Every step can be repeated from anywhere.
import { isAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import type { Row, Store } from '../store/store.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import type { EffectRow, PeerTools, RecordDefinition } from './effect-row.ts'
import type { Marker, Pending } from '../store/pending.ts'
import { type MadeRecord, makeRecord } from './record.ts'
import { type EffectNames, sweep } from './sweep.ts'

type EffectDefinition<Value, Draft, Seen, Peer, Thing> = RecordDefinition<Value, Draft, Seen, Peer, Thing> &
  EffectNames & {
    readonly pending: Pending
    readonly peer: (services: Services) => Promise<Peer>
  }

/** A record that is begun, and the marker of whoever works on it. */
export type Begun<Value> = { readonly value: Value; readonly marker: Row<Marker> }

type Clock = { readonly store: Store; readonly now: () => Date }

export const effect = <Value extends EffectRow<Draft, Seen>, Draft, Seen, Peer, Thing>(
  definition: EffectDefinition<Value, Draft, Seen, Peer, Thing>,
) => {
  const { pending, rows } = definition

  /** @param claim writes the record and whatever says whose it is, all or nothing */
  const begin = async ({ store, now }: Clock, value: Value, claim: () => Promise<unknown>): Promise<Begun<Value>> => {
    const marker = await pending.mark(store, value, now())
    await claim()
    return { value, marker }
  }

  /** A record that was refused, or is gone, with what is right now. Throws `conflict` when somebody else changed it. */
  const beginAgain = ({ store, now }: Clock, row: Row<Value>, value: Value): Promise<Begun<Value>> =>
    begin({ store, now }, value, () => rows(store).update(row, value))

  /** Takes over what somebody else has begun, who may be dead or still at work. */
  const resume = async ({ store, now }: Clock, value: Value): Promise<Begun<Value>> => ({
    value,
    marker: await pending.mark(store, value, now()),
  })

  /**
   * Repeating it finishes what was left undone, and makes nothing twice.
   * @throws AppError `peer-rejected` when the peer refuses it for good, which is recorded; `conflict` when it was begun again meanwhile
   */
  const settle = async (tools: PeerTools<Peer>, { value, marker }: Begun<Value>): Promise<MadeRecord<Value>> => {
    try {
      const made = await makeRecord(definition, tools, value)
      await pending.clear(tools.store, marker)
      return made
    } catch (error) {
      if (isAppError(error, 'peer-rejected')) await pending.clear(tools.store, marker)
      throw error
    }
  }

  const finish = async (services: Services, marker: Row<Marker>): Promise<boolean> => {
    const store = services.store()
    const row = await rows(store).get(marker.value)
    if (row?.value.state !== 'begun') return false
    await settle({ store, peer: await definition.peer(services), now: services.now }, { value: row.value, marker })
    return true
  }

  return {
    ...definition,
    begin,
    beginAgain,
    resume,
    settle,
    /** Finishes what was begun and not recorded. */
    sweep: (services: Services, signal: AbortSignal): Promise<void> =>
      sweep(definition, (marker) => retryOnConflict(() => finish(services, marker), { signal }), services, signal),
  }
}
