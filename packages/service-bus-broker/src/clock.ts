// The broker's time: the machine's, or one that a test moves by hand so that nobody has to wait for a lock to expire.

export type Clock = {
  /** Unix time in ms. */
  readonly now: () => number
  /** Calls the function given to `onWake` at that time or at once if it is past. A later call replaces an earlier one. */
  readonly wakeAt: (at: number) => void
  readonly onWake: (wake: () => void) => void
  readonly stop: () => void
}

/** Longer waits do not fit `setTimeout`. */
const waitMsMax = 86_400_000

export const createSystemClock = (): Clock => {
  let timer: NodeJS.Timeout | undefined
  let armedFor = Number.POSITIVE_INFINITY
  let wake = (): void => {}
  return {
    now: () => Date.now(),
    wakeAt: (at) => {
      if (at === armedFor) return
      clearTimeout(timer)
      armedFor = at
      if (at === Number.POSITIVE_INFINITY) return
      const ring = (): void => {
        armedFor = Number.POSITIVE_INFINITY
        wake()
      }
      timer = setTimeout(ring, Math.min(Math.max(at - Date.now(), 0), waitMsMax))
    },
    onWake: (listener) => {
      wake = listener
    },
    stop: () => clearTimeout(timer),
  }
}

export type ManualClock = Clock & {
  /** Moves the time forward; what becomes due on the way has happened when it returns. */
  readonly advance: (ms: number) => void
}

export const createManualClock = (start = Date.now()): ManualClock => {
  let now = start
  let due = Number.POSITIVE_INFINITY
  let wake = (): void => {}
  return {
    now: () => now,
    wakeAt: (at) => {
      due = at
      if (due <= now) queueMicrotask(() => wake())
    },
    onWake: (listener) => {
      wake = listener
    },
    stop: () => {
      due = Number.POSITIVE_INFINITY
    },
    advance: (ms) => {
      now += ms
      if (due <= now) wake()
    },
  }
}
