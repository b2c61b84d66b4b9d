// A time so many minutes before another one.

/** In ISO 8601. */
export const minutesBefore = (now: Date, minutes: number): string =>
  new Date(now.getTime() - minutes * 60_000).toISOString()
