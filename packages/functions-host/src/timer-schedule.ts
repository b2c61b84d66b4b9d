// The schedule of a timer trigger: NCRONTAB in UTC, or a TimeSpan (`00:05:00`) between two runs.
import { parseNcrontab } from './ncrontab.ts'

export type TimerSchedule = {
  readonly text: string
  /** The first time after `after`; undefined when there is none. */
  readonly next: (after: Date) => Date | undefined
  /** What the host tells the function: true for NCRONTAB. */
  readonly adjustForDst: boolean
  /** More than one run a minute: the host keeps no status of such a schedule. */
  readonly isSubMinute: (now: Date) => boolean
}

const timeSpanShape = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/
const daysOnly = /^\d+$/
const minuteMs = 60_000

/** Milliseconds of a .NET TimeSpan: `[d.]hh:mm[:ss[.fffffff]]` or whole days; undefined for any other text. */
export const parseTimeSpan = (text: string): number | undefined => {
  const trimmed = text.trim()
  if (daysOnly.test(trimmed)) return Number(trimmed) * 24 * 60 * minuteMs
  const [whole, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] =
    timeSpanShape.exec(trimmed) ?? []
  if (whole === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const ms = Math.trunc(Number(`0.${fraction || '0'}`) * 1_000)
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * minuteMs + Number(seconds) * 1_000 + ms
}

const constantSchedule = (text: string, ms: number): TimerSchedule => ({
  text,
  next: (after) => new Date(after.getTime() + ms),
  adjustForDst: false,
  isSubMinute: () => ms < minuteMs,
})

const cronSchedule = (text: string): TimerSchedule => {
  const { next } = parseNcrontab(text)
  const isSubMinute = (now: Date): boolean => {
    const first = next(now)
    const second = first && next(first)
    return second !== undefined && second.getTime() < now.getTime() + minuteMs
  }
  return { text, next, adjustForDst: true, isSubMinute }
}

/** @throws an error that says why the text is no schedule */
export const parseTimerSchedule = (text: string): TimerSchedule => {
  const ms = parseTimeSpan(text)
  if (ms !== undefined) {
    if (ms === 0) throw new Error(`The schedule "${text}" has no time between two runs.`)
    return constantSchedule(text, ms)
  }
  try {
    return cronSchedule(text)
  } catch (error) {
    throw new Error(
      `The schedule "${text}" is neither NCRONTAB nor a TimeSpan: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    )
  }
}
