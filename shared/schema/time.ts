// Times: how ours are written (R9), and how those of others are read.
import * as z from 'zod'
import { AppError } from '../errors.ts'

/** As this suite writes it: ISO 8601 in UTC, with `Z`. */
export const UtcTime = z.iso.datetime()

/** The letters may be small, and a space may stand for the `T` (RFC 3339, section 5.6). */
const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/

/** Undefined for what is no RFC 3339 time. */
const inUtc = (text: string): string | undefined => {
  const [, day, minute, second, fraction = '', offset = ''] = rfc3339.exec(text) ?? []
  if (day === undefined || minute === undefined || second === undefined) return undefined
  // JavaScript knows no leap second: the second before it is as near as it gets.
  const local = `${day}T${minute}:${second === '60' ? '59' : second}${fraction}`
  // The day is judged by itself: the 30th of February would be read as a day of March.
  if (!UtcTime.safeParse(`${local}Z`).success) return undefined
  const time = new Date(`${local}${offset.toUpperCase()}`)
  // An offset may lead out of the years that have four digits.
  return Number.isNaN(time.getTime()) || !/^\d/.test(time.toISOString()) ? undefined : time.toISOString()
}

const error = 'must be a time with Z or an offset, such as 2026-11-28T09:30:00Z or 2026-11-28T10:30:00+01:00'

/**
 * As others write it: RFC 3339 with `Z` or any offset. It becomes one of ours, to the millisecond, so that times compare as texts and
 * the same moment is always the same text.
 */
export const TimeFromOutside = z
  .string()
  .overwrite((text) => inUtc(text) ?? text)
  .check(z.iso.datetime({ offset: true, abort: true, error }))
  .refine((text) => UtcTime.safeParse(text).success, error)

/** How far the clocks of others may be ahead of ours. */
const aheadMsMax = 5 * 60_000

/**
 * Why a time from outside is refused: everything that really was later would count as older.
 * @param path of the member, such as `body.detectedAt`
 */
export const refuseAhead = (path: string, time: string, now: Date): void => {
  if (isAhead(time, now)) throw aheadOf(path, time, now)
}

export const aheadOf = (path: string, time: string, now: Date): AppError =>
  new AppError(
    'validation-failed',
    `${path} is ${time}, which is more than 5 minutes ahead of this suite's clock (${now.toISOString()}). Check the clock of the sender.`,
    { details: { errors: [{ path, message: 'must not be more than 5 minutes in the future' }] } },
  )

/** Whether a time from outside lies further ahead than clocks differ: then it is no time at which anything was seen. */
export const isAhead = (time: string, now: Date): boolean => Date.parse(time) - now.getTime() > aheadMsMax
