// Counts what is running, so that a shutdown can wait for it.
import { setTimeout as delay } from 'node:timers/promises'

export type RunningWork = {
  /** Gives the promise back; the caller answers for its failure. */
  readonly track: <T>(work: Promise<T>) => Promise<T>
  readonly count: () => number
  /** Resolves when nothing runs any more, also what began meanwhile; at the latest after `msMax`. */
  readonly idle: (msMax: number) => Promise<void>
}

export const createRunningWork = (): RunningWork => {
  const running = new Set<Promise<unknown>>()
  const allEnded = async (signal: AbortSignal): Promise<void> => {
    while (running.size > 0 && !signal.aborted) await Promise.allSettled(running)
  }
  return {
    track: (work) => {
      running.add(work)
      const remove = (): boolean => running.delete(work)
      work.then(remove, remove)
      return work
    },
    count: () => running.size,
    idle: async (msMax) => {
      const settled = new AbortController()
      const late = delay(msMax, undefined, { signal: settled.signal }).catch(() => {})
      await Promise.race([allEnded(settled.signal), late])
      settled.abort()
    },
  }
}
