// When a timer last ran and will run next, kept in a file a function, so that a run that was missed is noticed after a restart.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TimerSchedule } from './timer-schedule.ts'

/** Times in ISO 8601, UTC; the names are those of the Azure host's status blob. */
export type ScheduleStatus = { readonly Last: string; readonly Next: string; readonly LastUpdated: string }

/** What the host writes for "never". */
export const neverRan = '0001-01-01T00:00:00.000Z'

export type ScheduleStatusStore = {
  /** undefined when nothing usable is stored */
  readonly read: (functionName: string) => Promise<ScheduleStatus | undefined>
  readonly write: (functionName: string, status: ScheduleStatus) => Promise<void>
}

const isStatus = (value: unknown): value is ScheduleStatus =>
  typeof value === 'object' &&
  value !== null &&
  ['Last', 'Next', 'LastUpdated'].every((name) => {
    const time: unknown = Reflect.get(value, name)
    return typeof time === 'string' && !Number.isNaN(Date.parse(time))
  })

/** @param onUnreadable is told of a file that is there and cannot be used; the timer then starts as if it had never run */
export const openScheduleStatusStore = (
  folder: string,
  onUnreadable: (functionName: string, error: unknown) => void,
): ScheduleStatusStore => {
  const fileOf = (functionName: string): string => join(folder, `${functionName}.json`)
  return {
    read: async (functionName) => {
      try {
        const status: unknown = JSON.parse(await readFile(fileOf(functionName), 'utf8'))
        if (isStatus(status)) return status
        throw new Error('The file does not hold Last, Next and LastUpdated.')
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onUnreadable(functionName, error)
        return undefined
      }
    },
    write: async (functionName, status) => {
      await mkdir(folder, { recursive: true })
      // A reader finds the old file or the new one, never half of one.
      const temporary = `${fileOf(functionName)}.${process.pid}.tmp`
      try {
        await writeFile(temporary, `${JSON.stringify(status)}\n`)
        await rename(temporary, fileOf(functionName))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
  }
}

const isTime = (time: string): boolean => Date.parse(time) > Date.parse('0002-01-01T00:00:00Z')

/** `Next` of a schedule that never comes round again. */
const noMore = '9999-12-31T23:59:59.000Z'

export const nextText = (schedule: TimerSchedule, after: Date): string => schedule.next(after)?.toISOString() ?? noMore

export const firstStatus = (schedule: TimerSchedule, now: Date): ScheduleStatus => ({
  Last: neverRan,
  Next: nextText(schedule, now),
  LastUpdated: now.toISOString(),
})

/**
 * The status to start with. A schedule that is no longer the one that computed `Next` begins anew, so that a change of the
 * schedule alone never makes a timer past due.
 */
export const statusAtStart = (
  stored: ScheduleStatus | undefined,
  schedule: TimerSchedule,
  now: Date,
): { readonly status: ScheduleStatus; readonly isPastDue: boolean } => {
  if (!stored) return { status: firstStatus(schedule, now), isPastDue: false }
  const base = [stored.Last, stored.LastUpdated].find(isTime) ?? now.toISOString()
  const expected = nextText(schedule, new Date(base))
  const unchanged = Date.parse(stored.Next) === Date.parse(expected)
  if (unchanged) return { status: stored, isPastDue: now.getTime() > Date.parse(stored.Next) }
  const status =
    now.getTime() > Date.parse(expected)
      ? firstStatus(schedule, now)
      : { Last: neverRan, Next: expected, LastUpdated: base }
  return { status, isPastDue: false }
}

/**
 * The status after a run that began at `invoked`. A timer that fired a little early counts as on time: otherwise its next run
 * would be the very one that it has just done.
 */
export const statusAfterRun = (
  before: ScheduleStatus,
  schedule: TimerSchedule,
  invoked: Date,
  wasScheduled: boolean,
): ScheduleStatus => {
  const early = wasScheduled && Date.parse(before.Next) > invoked.getTime()
  const time = early ? new Date(before.Next) : invoked
  return { Last: time.toISOString(), Next: nextText(schedule, time), LastUpdated: time.toISOString() }
}
