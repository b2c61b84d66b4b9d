// Clock times of a time zone as moments, and moments as its days.

const minuteMs = 60_000

/** A day as its midnight would be in UTC, in milliseconds. */
export type Day = number

export const dayMs = 24 * 60 * minuteMs

/** The day on which a moment is in the zone. */
export const dayOf = (moment: number, timeZone: string): Day => {
  const local = moment + offsetAt(moment, timeZone)
  return local - modulo(local, dayMs)
}

/** @param minutes of the clock since midnight, as the zone shows them */
export const momentOf = (day: Day, minutes: number, timeZone: string): number => {
  const local = day + minutes * minuteMs
  // The offset of about that time first: it is another one on the day on which the clocks are changed.
  return local - offsetAt(local - offsetAt(local, timeZone), timeZone)
}

/** What the clocks of the zone are ahead of UTC, in milliseconds. */
const offsetAt = (moment: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(moment)
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((one) => one.type === type)?.value)
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  return local - (moment - modulo(moment, minuteMs))
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
