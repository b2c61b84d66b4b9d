// Runs one timer function by its schedule: one run at a time, one catch-up for whatever was missed, and no drift.
import type { ScheduleStatus } from './schedule-status.ts'
import { firstStatus, statusAfterRun, statusAtStart } from './schedule-status.ts'
import type { TimerSchedule } from './timer-schedule.ts'

export type TimerRun = {
  readonly isPastDue: boolean
  readonly status: ScheduleStatus | undefined
  readonly reason: string
}

export type TimerListenerOptions = {
  readonly schedule: TimerSchedule
  readonly runOnStartup: boolean
  /** Keeps the status between starts; absent when the timer is not monitored. */
  readonly monitor?: {
    readonly read: () => Promise<ScheduleStatus | undefined>
    readonly write: (status: ScheduleStatus) => Promise<void>
  }
  /** Runs the function; a rejection has been logged already. */
  readonly run: (run: TimerRun) => Promise<unknown>
  readonly onError: (problem: string, error: unknown) => void
}

export type TimerListener = {
  readonly start: () => Promise<void>
  readonly stop: () => void
  /** The status as the function sees it; undefined when the timer is not monitored. */
  readonly status: () => ScheduleStatus | undefined
}

/** Below the 24.8 days that a 32-bit count of milliseconds holds: a longer wait is made of several. */
const longestWaitMs = 24 * 24 * 60 * 60 * 1_000

export const createTimerListener = (options: TimerListenerOptions): TimerListener => {
  const { schedule, runOnStartup, monitor, run, onError } = options
  let status: ScheduleStatus | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const seen = (): ScheduleStatus | undefined => (monitor ? status : undefined)

  const save = async (changed: ScheduleStatus): Promise<void> => {
    status = changed
    try {
      await monitor?.write(changed)
    } catch (error) {
      onError('Its schedule status could not be written', error)
    }
  }

  const fire = async (due: { isPastDue: boolean; wasScheduled: boolean; reason: string }): Promise<void> => {
    const invoked = new Date()
    const before = status ?? firstStatus(schedule, invoked)
    try {
      await run({ isPastDue: due.isPastDue, status: seen(), reason: due.reason })
    } catch {
      // Logged by the invocation; the schedule goes on, as on Azure.
    }
    await save(statusAfterRun(before, schedule, invoked, due.wasScheduled))
    arm()
  }

  const begin = (due: { isPastDue: boolean; wasScheduled: boolean; reason: string }): void => {
    fire(due).catch((error: unknown) => onError('Its schedule has stopped', error))
  }

  // Counted from now, since the run before may have taken long: what came due meanwhile runs at once, and once.
  const arm = (): void => {
    if (stopped || !status) return
    const waitMs = Date.parse(status.Next) - Date.now()
    timer = setTimeout(
      () => {
        if (waitMs > longestWaitMs) arm()
        else begin({ isPastDue: false, wasScheduled: true, reason: `Timer fired at ${new Date().toISOString()}` })
      },
      Math.min(Math.max(waitMs, 0), longestWaitMs),
    )
  }

  const start = async (): Promise<void> => {
    const now = new Date()
    const stored = await monitor?.read()
    const atStart = statusAtStart(stored, schedule, now)
    status = atStart.status
    if (monitor && stored !== atStart.status) await save(atStart.status)
    if (stopped) return
    const time = now.toISOString()
    if (atStart.isPastDue)
      begin({ isPastDue: true, wasScheduled: false, reason: `Timer fired at ${time}, past due since ${status.Next}` })
    else if (runOnStartup)
      begin({ isPastDue: false, wasScheduled: false, reason: `Timer fired at ${time}, RunOnStartup` })
    else arm()
  }

  const stop = (): void => {
    stopped = true
    clearTimeout(timer)
  }

  return { start, stop, status: seen }
}
