// Messages that were sent to a queue or topic for later.
import type { Clock } from './clock.ts'
import type { FateLog } from './fate-log.ts'
import { createHeap } from './heap.ts'
import { encodeForReceiver } from './message.ts'
import type { Peeked } from './queue.ts'
import type { MessageContent, MessageRow, Store } from './store.ts'

export type Schedule = {
  readonly add: (row: MessageRow & { readonly dueAt: number }, message: MessageContent) => void
  readonly load: (row: MessageRow) => void
  /** False when there is none with this sequence number, or no longer. */
  readonly cancel: (id: number) => boolean
  readonly peek: (from: number, count: number) => readonly Peeked[]
  readonly runDue: () => void
  readonly nextDue: () => number
}

type ScheduleParts = {
  readonly name: string
  readonly store: Store
  readonly clock: Clock
  readonly log: FateLog
  /** Sends the message as if it came now; it gets a new sequence number. */
  readonly activate: (message: MessageContent) => void
}

type Waiting = { readonly id: number; readonly dueAt: number }

export const createSchedule = ({ name, store, clock, log, activate }: ScheduleParts): Schedule => {
  const waiting = new Map<number, Waiting>()
  const byTime = createHeap<Waiting>(({ dueAt }) => dueAt)

  const load = ({ id, dueAt = 0 }: MessageRow): void => {
    const entry = { id, dueAt }
    waiting.set(id, entry)
    byTime.push(entry)
  }
  const encode = ({ id, dueAt }: Waiting): Buffer => {
    const { content, originSequence } = store.read(id)
    return encodeForReceiver(content, {
      sequenceNumber: id,
      originSequence,
      deliveryCount: 0,
      enqueuedAt: dueAt,
      expiresAt: undefined,
      state: 'scheduled',
    })
  }
  return {
    add: (row, message) => {
      store.insert(row, message)
      load(row)
    },
    load,
    cancel: (id) => {
      if (!waiting.delete(id)) return false
      log('scheduled message cancelled', name, store.read(id).content, { sequenceNumber: id })
      store.remove(id)
      return true
    },
    peek: (from, count) =>
      [...waiting.values()]
        .filter(({ id }) => id >= from)
        .sort((a, b) => a.id - b.id)
        .slice(0, count)
        .map((entry) => ({ id: entry.id, message: encode(entry) })),
    runDue: () => {
      for (let next = byTime.peek(); next !== undefined && next.dueAt <= clock.now(); next = byTime.peek()) {
        byTime.pop()
        if (!waiting.delete(next.id)) continue
        const message = store.read(next.id)
        store.remove(next.id)
        activate(message)
      }
    },
    nextDue: () => byTime.peek()?.dueAt ?? Number.POSITIVE_INFINITY,
  }
}
