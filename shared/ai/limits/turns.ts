// Work of which one step is done at a time, as long as there is some.
import { setTimeout as sleep } from 'node:timers/promises'
import { runDetached } from '../../telemetry/log.ts'

type Parts = {
  readonly hasWork: () => boolean
  /** Handles its own failures. */
  readonly step: () => Promise<void>
  /** When there may be work again that nobody tells of; undefined for never. */
  readonly againInMs: () => number | undefined
}

export type Turns = {
  /** There may be work. */
  readonly kick: () => void
  /** Resolves when no step is being done, after 2 seconds in any case. */
  readonly whenAtRest: () => Promise<void>
  /** Does something in a turn of its own; false when there is no turn now. */
  readonly alone: (work: () => Promise<void>) => Promise<boolean>
}

/** Others have their turn after so many steps, so that what fails for ever does not keep the process busy. */
const stepsMax = 1_000
const restLooks = 100
const restPauseMs = 20

export const createTurns = ({ hasWork, step, againInMs }: Parts): Turns => {
  let isAtWork = false
  let timer: NodeJS.Timeout | undefined
  let timerAt = Infinity

  /** The sooner of this and what was asked for before. */
  const later = (ms: number): void => {
    const at = performance.now() + ms
    if (at >= timerAt) return
    clearTimeout(timer)
    timerAt = at
    timer = setTimeout(() => {
      timerAt = Infinity
      kick()
    }, Math.ceil(ms))
  }
  const work = async (): Promise<void> => {
    try {
      for (let steps = 0; steps < stepsMax && hasWork(); steps += 1) await step()
    } finally {
      isAtWork = false
    }
    lookLater()
  }
  const lookLater = (): void => {
    const ms = hasWork() ? 1 : againInMs()
    if (ms !== undefined) later(ms)
  }
  const kick = (): void => {
    if (isAtWork) return
    // What rests came while nothing was done, or the timer was a moment early.
    if (!hasWork()) return lookLater()
    isAtWork = true
    void runDetached(work)
  }

  return {
    kick,
    whenAtRest: async () => {
      for (let looks = 0; looks < restLooks; looks += 1) {
        if (!isAtWork) return
        await sleep(restPauseMs)
      }
    },
    alone: async (own) => {
      if (isAtWork) return false
      isAtWork = true
      try {
        await own()
      } finally {
        isAtWork = false
      }
      kick()
      return true
    },
  }
}
