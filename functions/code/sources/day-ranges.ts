// On which days something was so at 00:00 UTC. What begins and ends within a day leaves no trace, so that there are never more ranges
// than days, however often it changes.
import * as z from 'zod'
import { dayAfter } from './utc-day.ts'

/** All days from `from` on, up to `until`, which is not one of them. */
const DayRange = z.strictObject({ from: z.iso.date(), until: z.iso.date().optional() })

/** In their order. Only the last one can be open. */
export const DayRanges = z.array(DayRange)
export type DayRanges = readonly z.infer<typeof DayRange>[]

/** As long as the figures that rest on it are kept. */
const daysKept = 400

export const isOpen = (ranges: DayRanges): boolean => {
  const last = ranges.at(-1)
  return last !== undefined && last.until === undefined
}

/** It became so on this day, after its 00:00: the first day that has it is the next. */
export const begun = (ranges: DayRanges, day: string): DayRanges => {
  if (isOpen(ranges)) return ranges
  const last = ranges.at(-1)
  const from = dayAfter(day)
  const earlier = ranges.filter(({ until = from }) => until > dayAfter(day, -daysKept))
  return last?.until === from ? [...earlier.slice(0, -1), { from: last.from }] : [...earlier, { from }]
}

/** It ended on this day, after its 00:00, which is the last that has it. */
export const ended = (ranges: DayRanges, day: string): DayRanges => {
  const last = ranges.at(-1)
  if (!last || !isOpen(ranges)) return ranges
  const until = dayAfter(day)
  const earlier = ranges.slice(0, -1)
  return last.from >= until ? earlier : [...earlier, { from: last.from, until }]
}

/** Whether it was so at 00:00 UTC of this day. */
export const isWithin = (ranges: DayRanges, day: string): boolean =>
  ranges.some(({ from, until }) => from <= day && (until === undefined || day < until))
