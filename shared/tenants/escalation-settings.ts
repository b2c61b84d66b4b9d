// When somebody is called about an incident: how long it has to last, and when nobody is to be called.
import * as z from 'zod'

const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time from 00:00 to 23:59 such as 22:30')

export const QuietHours = z
  .strictObject({ from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, 'must end at another time than it begins')
export type QuietHours = z.infer<typeof QuietHours>

export const EscalationSettings = z.strictObject({
  afterMinutes: z
    .int()
    .min(0)
    .max(1_440)
    .describe('Minutes that an incident of high severity has to last before somebody is called'),
  quietHours: QuietHours.optional().describe(
    'Times of the day, in the time zone of the organization, between which nobody is called. Whoever would have been called then is called when they end, if the incident is still open. They may go past midnight',
  ),
})
export type EscalationSettings = z.infer<typeof EscalationSettings>

/** @param timeZone of IANA; one that this Node.js does not know counts as UTC */
export const isQuiet = (at: Date, { from, to }: QuietHours, timeZone: string): boolean => {
  const time = clockTimeIn(at, timeZone)
  return from < to ? from <= time && time < to : time >= from || time < to
}

/** `07:05`. Texts of this form compare as the times do. */
const clockTimeIn = (at: Date, timeZone: string): string => {
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...clock, timeZone }).format(at)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return new Intl.DateTimeFormat('en-GB', { ...clock, timeZone: 'UTC' }).format(at)
  }
}
