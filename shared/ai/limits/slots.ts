// The calls of one tenant and tier that are open in this process, and those that wait until one more may be.
import { type Patience, type Waiter, createWaiter } from './waiting.ts'

/** Of one lease: when that is lost, its calls end, and the next lease begins with none. */
export type Slots = {
  readonly lost: AbortController
  open: number
}

/** The right to have one call open. */
export type Slot = {
  /** Aborted when the right is lost: the call has to end then. */
  readonly lost: AbortSignal
  readonly release: () => void
}

export const newSlots = (): Slots => ({ lost: new AbortController(), open: 0 })

export type SlotQueue = {
  readonly wait: (patience: Patience) => Promise<Slot>
  /** Serves who waits, in turn, while there are slots. */
  readonly serve: (slots: Slots, leased: number) => void
  readonly waiting: () => number
  readonly refuseAll: (reason: unknown) => void
}

/** @param onFree told when a slot has become free */
export const createSlotQueue = (onFree: () => void): SlotQueue => {
  let queue: Waiter<Slot>[] = []
  const withoutThoseWhoLeft = (): Waiter<Slot>[] => {
    queue = queue.filter((waiter) => !waiter.isOver())
    return queue
  }
  return {
    wait: (patience) => {
      const waiter = createWaiter<Slot>(patience)
      queue.push(waiter)
      return waiter.promise
    },
    serve: (slots, leased) => {
      while (slots.open < leased) {
        const next = queue.shift()
        if (!next) return
        if (next.serve(slotOf(slots, onFree))) slots.open += 1
      }
    },
    waiting: () => withoutThoseWhoLeft().length,
    refuseAll: (reason) => {
      for (const waiter of queue.splice(0)) waiter.refuse(reason)
    },
  }
}

const slotOf = (slots: Slots, onFree: () => void): Slot => {
  let isReleased = false
  return {
    lost: slots.lost.signal,
    release: () => {
      if (isReleased) return
      isReleased = true
      slots.open -= 1
      onFree()
    },
  }
}
