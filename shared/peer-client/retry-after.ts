// Reads `Retry-After` in every form that peers send it: seconds, fractions of them, an HTTP date, nonsense.

/** No wait beyond a day is believed. */
export const retryAfterSecondsMax = 86_400

const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const time = String.raw`\d{2}:\d{2}:\d{2}`
// The three forms of RFC 9110, section 5.6.7. All are UTC, though only the first two say so.
const httpDateShapes: readonly RegExp[] = [
  new RegExp(String.raw`^[A-Z][a-z]{2}, (\d{2}) (${month}) (\d{4}) (${time}) GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{5,8}, (\d{2})-(${month})-(\d{2}) (${time}) GMT$`),
]
const asctimeShape = new RegExp(String.raw`^[A-Z][a-z]{2} (${month}) ([ \d]\d) (${time}) (\d{4})$`)

/**
 * Seconds to wait, between 0 and `retryAfterSecondsMax`, possibly with a fraction. `undefined` when the header is missing,
 * negative or makes no sense: the caller then waits as long as it would have anyway.
 */
export const parseRetryAfter = (header: string | null | undefined, now = Date.now()): number | undefined => {
  const value = header?.trim() ?? ''
  const seconds = /^\d+(?:\.\d*)?$|^\.\d+$/.test(value) ? Number(value) : secondsUntil(parseHttpDate(value, now), now)
  return seconds === undefined ? undefined : Math.min(Math.max(seconds, 0), retryAfterSecondsMax)
}

const secondsUntil = (date: number | undefined, now: number): number | undefined =>
  date === undefined ? undefined : (date - now) / 1_000

const parseHttpDate = (value: string, now: number): number | undefined => {
  for (const shape of httpDateShapes) {
    const [, day, monthName, year, clock] = shape.exec(value) ?? []
    if (day && monthName && year && clock) return parseUtc(day, monthName, fullYear(year, now), clock)
  }
  const [, monthName, day, clock, year] = asctimeShape.exec(value) ?? []
  return monthName && day && clock && year ? parseUtc(day, monthName, year, clock) : undefined
}

const parseUtc = (day: string, monthName: string, year: string, clock: string): number | undefined => {
  const parsed = Date.parse(`${day.trim().padStart(2, '0')} ${monthName} ${year} ${clock} GMT`)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** RFC 9110: a two-digit year that seems more than 50 years ahead is the most recent past year with these digits. */
const fullYear = (year: string, now: number): string => {
  if (year.length === 4) return year
  const thisYear = new Date(now).getUTCFullYear()
  const inThisCentury = Math.floor(thisYear / 100) * 100 + Number(year)
  return String(inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury)
}
