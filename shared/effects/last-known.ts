// What the peer says of records now, and what it last said while it cannot be asked.
import { isDeepStrictEqual } from 'node:util'
import { isAppError } from '../errors.ts'
import type { Row } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { type EffectRow, type Made, type PeerTools, type RecordDefinition, isMade } from './effect-row.ts'
import { madeNow } from './record.ts'

/** What did not change is written again only after this long: reading a list should not rewrite it. */
const rewriteAfterMs = 3_600_000

type Definition<Value, Seen, Peer, Thing> = RecordDefinition<Value, never, Seen, Peer, Thing>

/** `live`: the peer has just said so. */
export type Shown<Value> = { readonly value: Value; readonly live: boolean }

type Reading<Peer> = Omit<PeerTools<Peer>, 'peer'> & {
  readonly tenantId: string
  /** Rejects with an `AppError` when the peer is not set up here. */
  readonly peer: () => Promise<Peer>
}

/**
 * By id, undefined for what the peer has no longer. Undefined altogether when the peer cannot be asked: that is no reason not to show
 * what is known.
 */
export const askPeer = async <Value, Seen, Peer, Thing extends { readonly id: string }>(
  { name, readMany }: Definition<Value, Seen, Peer, Thing>,
  peer: () => Promise<Peer>,
  tenantId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Thing> | undefined> => {
  try {
    const things = ids.length === 0 ? [] : await readMany(await peer(), tenantId, ids)
    return new Map(things.map((thing) => [thing.id, thing]))
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn(`${name}.not_live`, { tenantId, error })
    return undefined
  }
}

/**
 * The record as the peer has it now, or `gone`. Written when that is news; losing the race to somebody else's record is fine.
 * @param thing undefined when the peer was asked and has it no longer
 */
export const refresh = async <
  Value extends EffectRow<unknown, Seen>,
  Seen extends { readonly id: string },
  Peer,
  Thing extends { readonly id: string },
>(
  definition: Definition<Value, Seen, Peer, Thing>,
  { store, now }: Pick<PeerTools<Peer>, 'store' | 'now'>,
  row: Row<Value> & { readonly value: Made<Value> },
  thing: Thing | undefined,
): Promise<Made<Value>> => {
  const known = row.value.made as Seen & { readonly asOf: string }
  const made = thing ? madeNow(definition, thing, now()) : { ...known, asOf: now().toISOString() }
  const value = { ...row.value, state: thing ? 'made' : 'gone', made } as unknown as Made<Value>
  const isNews = row.value.state !== value.state || !isDeepStrictEqual({ ...known, asOf: made.asOf }, made)
  if (isNews || now().getTime() - Date.parse(known.asOf) > rewriteAfterMs)
    try {
      await definition.rows(store).update(row, value)
    } catch (error) {
      if (!isAppError(error)) throw error
      log.warn(`${definition.name}.not_refreshed`, { tenantId: value.tenantId, ref: value.ref, error })
    }
  return value
}

/** Each with what the peer says of it now, or with what was last known. */
export const showRecords = async <
  Value extends EffectRow<unknown, Seen>,
  Seen extends { readonly id: string },
  Peer,
  Thing extends { readonly id: string },
>(
  definition: Definition<Value, Seen, Peer, Thing>,
  reading: Reading<Peer>,
  records: readonly Row<Value>[],
): Promise<{ readonly isAvailable: boolean; readonly shown: readonly Shown<Value>[] }> => {
  const ids = records.flatMap(({ value }) => (value.made as Seen | undefined)?.id ?? [])
  const live = await askPeer(definition, reading.peer, reading.tenantId, ids)
  const shown = await Promise.all(
    records.map(async ({ value, ...row }): Promise<Shown<Value>> => {
      if (!live || !isMade(value)) return { value, live: false }
      const thing = live.get((value.made as Seen).id)
      return { value: await refresh(definition, reading, { ...row, value }, thing), live: true }
    }),
  )
  return { isAvailable: live !== undefined, shown }
}
