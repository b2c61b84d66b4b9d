// The messages that a queue holds, and the ways out of it other than being completed.
import type { Clock } from './clock.ts'
import type { FateLog } from './fate-log.ts'
import { type Heap, createHeap } from './heap.ts'
import { type Delivered, encodeForReceiver, setApplicationProperties } from './message.ts'
import { type ReadyList, createReadyList } from './ready-list.ts'
import type { MessageRow, Store } from './store.ts'

export type QueueSettings = {
  /** As it is written in the entities file, e.g. `one-bus/Subscriptions/psa`. */
  readonly name: string
  readonly lockMs: number
  readonly deliveriesMax: number
  readonly deadLettersExpired: boolean
}

export type Properties = Readonly<Record<string, unknown>>

export type Held = {
  readonly id: number
  readonly enqueuedAt: number
  readonly expiresAt: number | undefined
  state: 'active' | 'deferred'
  /** How often it was handed out. */
  deliveries: number
  isLocked: boolean
}

/** The dead-letter queue of a queue, as far as the queue knows it. */
export type DeadLetters = { readonly path: string; readonly load: (row: MessageRow) => void }

export type QueueParts = {
  readonly store: Store
  readonly clock: Clock
  readonly log: FateLog
  /** Absent for a dead-letter queue, from which nothing is moved and where nothing expires. */
  readonly deadLetters?: DeadLetters
}

export type HeldMessages = {
  readonly settings: QueueSettings
  readonly parts: QueueParts
  readonly byId: Map<number, Held>
  readonly ready: ReadyList<Held>
  readonly expiries: Heap<Held>
  /** Called when there is something to receive. */
  readonly onReady: () => void
}

const never = Number.POSITIVE_INFINITY
const expiryOf = ({ expiresAt }: Held): number => expiresAt ?? never

export const createHeldMessages = (settings: QueueSettings, parts: QueueParts, onReady: () => void): HeldMessages => {
  const byId = new Map<number, Held>()
  const ready = createReadyList<Held>((held) => byId.get(held.id) === held && !held.isLocked)
  return { settings, parts, byId, ready, expiries: createHeap(expiryOf), onReady }
}

/** What completed leaves a trace among the expiries until then: they are cleared out when they are most of them. */
const expiriesToSpare = 1_000

export const hold = ({ byId, expiries, parts }: HeldMessages, row: MessageRow): Held => {
  const { id, enqueuedAt, expiresAt, deliveries } = row
  const state = row.state === 'deferred' ? 'deferred' : 'active'
  const held: Held = { id, enqueuedAt, expiresAt, deliveries, state, isLocked: false }
  byId.set(id, held)
  if (expiresAt === undefined || parts.deadLetters === undefined) return held
  if (expiries.size() > 2 * byId.size + expiriesToSpare) expiries.retain((item) => byId.get(item.id) === item)
  expiries.push(held)
  return held
}

export const remove = ({ byId, parts }: HeldMessages, { id }: Held): void => {
  byId.delete(id)
  parts.store.remove(id)
}

export const isExpired = ({ parts }: HeldMessages, held: Held): boolean =>
  parts.deadLetters !== undefined && expiryOf(held) <= parts.clock.now()

export const moveToDeadLetters = (messages: HeldMessages, held: Held, properties: Properties): void => {
  const { settings, parts } = messages
  if (parts.deadLetters === undefined) return
  const { path, load } = parts.deadLetters
  const content = setApplicationProperties(parts.store.read(held.id).content, properties)
  messages.byId.delete(held.id)
  parts.store.deadLetter(held.id, path, content)
  const { id, enqueuedAt, expiresAt, deliveries } = held
  load({ id, path, state: 'active', enqueuedAt, expiresAt, deliveries, dueAt: undefined })
  const { DeadLetterReason: reason, DeadLetterErrorDescription: description } = properties
  parts.log('dead-lettered', settings.name, content, { sequenceNumber: id, deliveries, reason, description })
}

const moveBecause = (messages: HeldMessages, held: Held, reason: string, description: string): void =>
  moveToDeadLetters(messages, held, { DeadLetterReason: reason, DeadLetterErrorDescription: description })

export const expire = (messages: HeldMessages, held: Held): void => {
  const { settings, parts } = messages
  if (settings.deadLettersExpired)
    return moveBecause(messages, held, 'TTLExpiredException', 'The message expired and was dead lettered.')
  parts.log('expired', settings.name, parts.store.read(held.id).content, { sequenceNumber: held.id })
  remove(messages, held)
}

/** Expires those that wait and whose time is over; one that is locked may still be completed. */
export const expireDue = (messages: HeldMessages): void => {
  const { byId, expiries, parts } = messages
  const now = parts.clock.now()
  for (let held = expiries.peek(); held !== undefined && expiryOf(held) <= now; held = expiries.peek()) {
    expiries.pop()
    if (byId.get(held.id) === held && held.state === 'active' && !held.isLocked) expire(messages, held)
  }
}

export const nextExpiry = ({ expiries }: HeldMessages): number => {
  const first = expiries.peek()
  return first === undefined ? never : expiryOf(first)
}

export const makeReady = (messages: HeldMessages, held: Held): void => {
  if (isExpired(messages, held)) return expire(messages, held)
  messages.ready.add(held)
  messages.onReady()
}

/** After an attempt that failed: back to where it was, or to the dead letters when there were too many. */
export const giveBack = (messages: HeldMessages, held: Held): void => {
  const { settings, parts } = messages
  held.isLocked = false
  if (parts.deadLetters !== undefined && held.deliveries >= settings.deliveriesMax)
    return moveBecause(
      messages,
      held,
      'MaxDeliveryCountExceeded',
      `Message could not be consumed after ${settings.deliveriesMax} delivery attempts.`,
    )
  if (held.state === 'active') makeReady(messages, held)
}

/** @param failed deliveries that failed so far */
export const encodeHeld = ({ parts }: HeldMessages, held: Held, failed: number, lockedUntil?: number): Buffer => {
  const { content, originSequence } = parts.store.read(held.id)
  const { id, enqueuedAt, expiresAt, state } = held
  const delivered: Delivered = {
    sequenceNumber: id,
    originSequence,
    deliveryCount: failed,
    enqueuedAt,
    expiresAt,
    state,
    ...(lockedUntil !== undefined && { lockedUntil }),
  }
  return encodeForReceiver(content, delivered)
}
