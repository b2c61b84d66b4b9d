// Days in UTC as ISO 8601 dates, `2026-11-22`. They sort as text.

const dayMs = 86_400_000

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10)

/** @param days may be negative */
export const dayAfter = (day: string, days = 1): string => dayOf(new Date(Date.parse(day) + days * dayMs))

/** The latest of the days that are given. */
export const latestDay = (first: string, ...others: readonly (string | undefined)[]): string =>
  others.reduce<string>((latest, day) => (day !== undefined && day > latest ? day : latest), first)
