// The calls of one tenant and tier that are open in this process, and those that wait until one more may be.
import type { Amounts } from './grant.ts'
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
  /** @param tokens that the call will reserve once it has the slot */
  readonly wait: (patience: Patience, tokens: number) => Promise<Slot>
  /** Serves who waits, in turn, while there are slots. */
  readonly serve: (slots: Slots, leased: number) => void
  readonly waiting: () => number
  /** What those who wait will reserve. */
  readonly need: () => Amounts
  readonly refuseAll: (reason: unknown) => void
}

/** @param onFree told when a slot has become free */
export const createSlotQueue = (onFree: () => void): SlotQueue => {
  let queue: { readonly waiter: Waiter<Slot>; readonly tokens: number }[] = []
  const withoutThoseWhoLeft = (): typeof queue => {
    queue = queue.filter(({ waiter }) => !waiter.isOver())
    return queue
  }
  return {
    wait: (patience, tokens) => {
      const waiter = createWaiter<Slot>(patience)
      queue.push({ waiter, tokens })
      return waiter.promise
    },
    serve: (slots, leased) => {
      while (slots.open < leased) {
        const next = queue.shift()
        if (!next) return
        if (next.waiter.serve(slotOf(slots, onFree))) slots.open += 1
      }
    },
    waiting: () => withoutThoseWhoLeft().length,
    need: () => ({
      requests: withoutThoseWhoLeft().length,
      tokens: queue.reduce((sum, { tokens }) => sum + tokens, 0),
    }),
    refuseAll: (reason) => {
      for (const { waiter } of queue.splice(0)) waiter.refuse(reason)
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
