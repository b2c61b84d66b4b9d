// One queue, as a receiver sees it: a queue, a subscription, or the dead-letter queue of either.
import {
  type Held,
  type HeldMessages,
  type Properties,
  type QueueParts,
  type QueueSettings,
  createHeldMessages,
  encodeHeld,
  expire,
  expireDue,
  giveBack,
  hold,
  isExpired,
  makeReady,
  moveToDeadLetters,
  nextExpiry,
  remove,
} from './held-messages.ts'
import { type Locks, createLocks } from './locks.ts'
import { setApplicationProperties } from './message.ts'
import type { MessageContent, MessageRow } from './store.ts'

export type Outcome =
  | { readonly kind: 'complete' }
  /** Back without counting as a failed attempt. */
  | { readonly kind: 'release' }
  | { readonly kind: 'abandon' | 'defer'; readonly properties?: Properties }
  | { readonly kind: 'dead-letter'; readonly properties: Properties }

/** `lock` is peek-lock, `delete` is receive-and-delete. */
export type TakeMode = 'lock' | 'delete'

export type Handed = { readonly token: string | undefined; readonly message: Buffer }

export type Peeked = { readonly id: number; readonly message: Buffer }

export type Queue = {
  readonly name: string
  readonly path: string
  readonly add: (row: MessageRow, message: MessageContent) => void
  /** Takes in what the store held when the broker started, or what came from another queue. */
  readonly load: (row: MessageRow) => void
  readonly hasReady: () => boolean
  readonly take: (mode: TakeMode) => Handed | undefined
  /** A deferred one; undefined when there is none with this number or it is locked. */
  readonly takeDeferred: (id: number, mode: TakeMode) => Handed | undefined
  /** False when the lock is lost. */
  readonly settle: (token: string, outcome: Outcome) => boolean
  /** Unix time in ms until which it is locked now; undefined when the lock is lost. */
  readonly renew: (token: string) => number | undefined
  /** At most `count` messages from this sequence number on, in order. */
  readonly peek: (from: number, count: number) => readonly Peeked[]
  /** Lets go of all that wait, and says which: for a queue that forwards since the last start. */
  readonly forgetReady: () => readonly number[]
  readonly runDue: () => void
  readonly nextDue: () => number
}

export const createQueue = (settings: QueueSettings, parts: QueueParts, onReady: (queue: Queue) => void): Queue => {
  const messages = createHeldMessages(settings, parts, () => onReady(queue))
  const locks = createLocks<Held>()
  const queue: Queue = {
    name: settings.name,
    path: settings.name.toLowerCase(),
    add: (row, message) => {
      parts.store.insert(row, message)
      makeReady(messages, hold(messages, row))
    },
    load: (row) => {
      const held = hold(messages, row)
      // An active one that was handed out too often was locked when the broker ended.
      if (held.state === 'active') giveBack(messages, held)
    },
    hasReady: () => messages.ready.peek() !== undefined,
    take: (mode) => takeReady(messages, locks, mode),
    takeDeferred: (id, mode) => takeDeferred(messages, locks, id, mode),
    settle: (token, outcome) => {
      const lock = locks.find(token)
      if (lock === undefined || lock.until <= parts.clock.now()) return false
      locks.remove(token)
      apply(messages, lock.item, outcome)
      return true
    },
    renew: (token) => {
      const lock = locks.find(token)
      const now = parts.clock.now()
      if (lock === undefined || lock.until <= now) return undefined
      locks.renew(lock, now + settings.lockMs)
      return now + settings.lockMs
    },
    peek: (from, count) => peek(messages, from, count),
    forgetReady: () => {
      const ids: number[] = []
      for (let held = messages.ready.take(); held !== undefined; held = messages.ready.take()) {
        ids.push(held.id)
        messages.byId.delete(held.id)
      }
      return ids
    },
    runDue: () => {
      unlockExpired(messages, locks)
      expireDue(messages)
    },
    nextDue: () => Math.min(locks.nextDue(), nextExpiry(messages)),
  }
  return queue
}

const takeReady = (messages: HeldMessages, locks: Locks<Held>, mode: TakeMode): Handed | undefined => {
  for (let held = messages.ready.take(); held !== undefined; held = messages.ready.take()) {
    if (!isExpired(messages, held)) return hand(messages, locks, held, mode)
    expire(messages, held)
  }
  return undefined
}

const takeDeferred = (messages: HeldMessages, locks: Locks<Held>, id: number, mode: TakeMode): Handed | undefined => {
  const held = messages.byId.get(id)
  if (held === undefined || held.state !== 'deferred' || held.isLocked) return undefined
  if (!isExpired(messages, held)) return hand(messages, locks, held, mode)
  // A deferred message expires when somebody asks for it, as in Azure.
  expire(messages, held)
  return undefined
}

const hand = (messages: HeldMessages, locks: Locks<Held>, held: Held, mode: TakeMode): Handed => {
  if (mode === 'delete') {
    const message = encodeHeld(messages, held, held.deliveries)
    remove(messages, held)
    return { token: undefined, message }
  }
  const { settings, parts } = messages
  const lockedUntil = parts.clock.now() + settings.lockMs
  const message = encodeHeld(messages, held, held.deliveries, lockedUntil)
  held.deliveries += 1
  held.isLocked = true
  // Stored at once, so that an attempt counts whose end the broker did not live to see.
  parts.store.setDeliveries(held.id, held.deliveries)
  return { token: locks.give(held, lockedUntil).token, message }
}

const apply = (messages: HeldMessages, held: Held, outcome: Outcome): void => {
  const { store, deadLetters } = messages.parts
  held.isLocked = false
  switch (outcome.kind) {
    case 'complete':
      return remove(messages, held)
    case 'release':
      held.deliveries -= 1
      store.setDeliveries(held.id, held.deliveries)
      return held.state === 'active' ? makeReady(messages, held) : undefined
    case 'abandon':
      change(messages, held, outcome.properties)
      return giveBack(messages, held)
    case 'defer':
      change(messages, held, outcome.properties)
      held.state = 'deferred'
      return store.setState(held.id, 'deferred')
    case 'dead-letter':
      // Dead letters stay where they are.
      return deadLetters === undefined
        ? giveBack(messages, held)
        : moveToDeadLetters(messages, held, outcome.properties)
  }
}

const change = ({ parts }: HeldMessages, held: Held, properties: Properties | undefined): void => {
  if (properties === undefined || Object.keys(properties).length === 0) return
  parts.store.setContent(held.id, setApplicationProperties(parts.store.read(held.id).content, properties))
}

const unlockExpired = (messages: HeldMessages, locks: Locks<Held>): void => {
  const { settings, parts } = messages
  for (const { item } of locks.takeExpired(parts.clock.now())) {
    const { content } = parts.store.read(item.id)
    parts.log('lock expired', settings.name, content, { sequenceNumber: item.id, deliveries: item.deliveries })
    giveBack(messages, item)
  }
}

const peek = (messages: HeldMessages, from: number, count: number): readonly Peeked[] =>
  [...messages.byId.keys()]
    .filter((id) => id >= from)
    .sort((a, b) => a - b)
    .slice(0, count)
    .flatMap((id) => {
      const held = messages.byId.get(id)
      if (held === undefined) return []
      // The attempt under way has not failed yet.
      const failed = held.isLocked ? held.deliveries - 1 : held.deliveries
      return [{ id, message: encodeHeld(messages, held, failed) }]
    })
