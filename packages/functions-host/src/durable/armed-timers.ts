// The timers of one instance that wait in this process. They are derived from its history, so nothing of them is stored.

/** setTimeout takes 24.8 days at most, and fires at once beyond. */
const msMax = 2 ** 31 - 1

export type ArmedTimers = {
  /** @param fireAt ISO 8601; what is past fires at once */
  readonly arm: (taskId: number, fireAt: string) => void
  readonly disarm: (taskId: number) => void
  readonly clear: () => void
}

export const createArmedTimers = (fire: (taskId: number, fireAt: string) => void): ArmedTimers => {
  const timers = new Map<number, NodeJS.Timeout>()
  const disarm = (taskId: number): void => {
    clearTimeout(timers.get(taskId))
    timers.delete(taskId)
  }
  const arm = (taskId: number, fireAt: string): void => {
    disarm(taskId)
    const due = Date.parse(fireAt)
    const look = (): void => {
      const left = due - Date.now()
      if (left > 0) {
        timers.set(taskId, setTimeout(look, Math.min(left, msMax)))
        return
      }
      timers.delete(taskId)
      fire(taskId, fireAt)
    }
    timers.set(taskId, setTimeout(look, Math.min(Math.max(due - Date.now(), 0), msMax)))
  }
  return {
    arm,
    disarm,
    clear: () => {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
