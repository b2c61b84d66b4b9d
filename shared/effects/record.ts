// Takes one record that was begun to its end in the peer: looked up there, made when it is not there, and recorded here.
import { isDeepStrictEqual } from 'node:util'
import { AppError, isAppError } from '../errors.ts'
import { type EffectRow, type Made, type PeerTools, type RecordDefinition, isMade } from './effect-row.ts'

export type MadeRecord<Value extends { readonly made?: unknown }> = {
  readonly value: Made<Value>
  /** Whether this call had the peer make it. */
  readonly isNew: boolean
}

/** What the peer has, as a row keeps it. */
export const madeNow = <Thing, Seen>(
  { seen }: { readonly seen: (thing: Thing) => Seen },
  thing: Thing,
  now: Date,
): Seen & { readonly asOf: string } => ({ ...seen(thing), asOf: now.toISOString() })

/** What is never looked at again in the peer is made alike. */
type Making<Value, Draft, Seen, Peer, Thing> = Omit<RecordDefinition<Value, Draft, Seen, Peer, Thing>, 'readMany'>

/**
 * A refusal for good is recorded, and thrown.
 * @throws AppError `conflict` when the record was begun again meanwhile; what the peer fails with
 */
export const makeRecord = async <Value extends EffectRow<Draft, Seen>, Draft, Seen, Peer, Thing>(
  definition: Making<Value, Draft, Seen, Peer, Thing>,
  tools: PeerTools<Peer>,
  value: Value,
): Promise<MadeRecord<Value>> => {
  if (value.state === 'made' && isMade(value)) return { value, isNew: false }
  const { store, now } = tools
  const rows = definition.rows(store)
  let inPeer: { readonly thing: Thing; readonly isNew: boolean }
  try {
    inPeer = await makeInPeer(definition, tools, value)
  } catch (error) {
    if (isAppError(error, 'peer-rejected')) await recordRefusal(definition, rows, value)
    throw error
  }
  const made = madeNow(definition, inPeer.thing, now())
  // Whoever records first wins; a second one leaves what is there, since both saw the same record of the peer.
  const { value: kept } = await rows.modify(value, (current = value) => {
    if (current.state === 'made' || current.state === 'gone') return current
    const { draft: _, ...rest } = current
    return { ...rest, state: 'made', made } as unknown as Value
  })
  if (kept.state === 'gone')
    throw new AppError(
      'conflict',
      `${definition.name} ${value.ref} was deleted in the peer at the same time. Read it again.`,
    )
  if (!isMade(kept)) throw new AppError('internal', `${definition.name} ${value.ref} was created but not recorded.`)
  return { value: kept, isNew: inPeer.isNew }
}

const makeInPeer = async <Value extends EffectRow<Draft, Seen>, Draft, Seen, Peer, Thing>(
  { name, find, create, complete }: Making<Value, Draft, Seen, Peer, Thing>,
  tools: PeerTools<Peer>,
  value: Value,
): Promise<{ readonly thing: Thing; readonly isNew: boolean }> => {
  const { tenantId, ref, draft } = value
  const found = await find(tools.peer, tenantId, ref, value)
  if (found === undefined && draft === undefined)
    throw new AppError('internal', `${name} ${ref} has neither a draft nor a record in the peer.`)
  if (draft === undefined) return { thing: found as Thing, isNew: false }
  const inPeer = found === undefined ? await create(tools, value, draft) : { thing: found, isNew: false }
  // Also for one that was found: whoever made it may have ended here.
  await complete?.(tools.peer, tenantId, draft, inPeer.thing)
  return inPeer
}

/** Only of the draft that the peer was asked for: somebody may have begun it again since, with what is right. */
const recordRefusal = async <Value extends EffectRow<Draft, Seen>, Draft, Seen, Peer, Thing>(
  { name }: Making<Value, Draft, Seen, Peer, Thing>,
  rows: ReturnType<Making<Value, Draft, Seen, Peer, Thing>['rows']>,
  value: Value,
): Promise<void> => {
  const { value: kept } = await rows.modify(value, (current = value) =>
    current.state === 'begun' && isDeepStrictEqual(current.draft, value.draft)
      ? { ...current, state: 'refused' }
      : current,
  )
  if (kept.state !== 'refused' || !isDeepStrictEqual(kept.draft, value.draft))
    throw new AppError('conflict', `${name} ${value.ref} was begun again at the same time. Read it again.`)
}
