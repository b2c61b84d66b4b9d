// The minutes and days in which limits are counted.

const minuteMs = 60_000
const minutesPerDay = 1_440

/** Minutes since 1970. */
export const minuteOf = (ms: number): number => Math.floor(ms / minuteMs)

/** Days since 1970, in UTC. */
export const dayOf = (minute: number): number => Math.floor(minute / minutesPerDay)

/** Milliseconds until the minute is over; of one that is ahead of this clock as well. */
export const msLeftOfMinute = (minute: number, now: number): number => (minute + 1) * minuteMs - now

export const msLeftOfDay = (minute: number, now: number): number => (dayOf(minute) + 1) * minutesPerDay * minuteMs - now
