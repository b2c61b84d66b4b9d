// When people of a tenant or a client work: hours of a week, as the clocks in their time zone show them.
import * as z from 'zod'

const LocalTime = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time from 00:00 to 24:00 such as 08:30')

/** Times compare as text, since both have five characters. */
const Hours = z
  .strictObject({ from: LocalTime, to: LocalTime })
  .refine(({ from, to }) => from < to, 'must end after it begins. Hours past midnight are those of the next day')

const Day = z
  .array(Hours)
  .min(1)
  .max(4)
  .refine(
    (hours) => hours.every(({ from }, index) => index === 0 || (hours[index - 1]?.to ?? '') <= from),
    'must be in order, and must not overlap',
  )
  .optional()

/** A day that is left out has no business hours. */
export const BusinessHours = z
  .strictObject({
    monday: Day,
    tuesday: Day,
    wednesday: Day,
    thursday: Day,
    friday: Day,
    saturday: Day,
    sunday: Day,
  })
  .refine((days) => Object.values(days).some((day) => day !== undefined), 'must have hours on one day at least')

/** Whether it is a time zone of IANA, such as `Europe/Berlin`. An offset such as `+01:00` is none: it knows no daylight saving time. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[a-z]/i.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
