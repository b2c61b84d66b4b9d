// The day that somebody meant who said until when, where that is clear: `tomorrow`, `by Friday`, `in two weeks`, `on 3 March`.

const dayMs = 86_400_000
/** From Sunday, from January and from nothing on, in English and German. */
const weekdays = [
  'sunday|sonntag',
  'monday|montag',
  'tuesday|dienstag',
  'wednesday|mittwoch',
  'thursday|donnerstag',
  'friday|freitag',
  'saturday|samstag|sonnabend',
]
const months =
  'january|januar|jänner february|februar march|märz april may|mai june|juni july|juli august september october|oktober november december|dezember'
    .split(' ')
    .map((names) => names.split('|'))
const numbers =
  'zero|null one|eine[mnr]? two|zwei three|drei four|vier five|fünf six|sechs seven|sieben eight|acht nine|neun ten|zehn'
    .split(' ')
    .map((names) => new RegExp(`^(?:${names})$`))

/**
 * `null` for what could be more than one day, such as `soon` or `next week`.
 * @param said as somebody said it
 * @param at when that was
 */
export const dueOn = (said: string, at: Date, timeZone: string): string | null => {
  const words = said.toLowerCase()
  const today = dayOf(at, timeZone)
  const found = [isoDay(words), relativeDay(words, today), weekday(words, today), dayOfMonth(words, today)]
  const days = new Set(found.filter((day) => day !== undefined))
  const [day] = days
  return days.size === 1 && day !== undefined ? day : null
}

/** Midnight UTC of the day that it is there. */
const dayOf = (at: Date, timeZone: string): number =>
  Date.parse(`${new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)}T00:00:00Z`)

const iso = (day: number): string => new Date(day).toISOString().slice(0, 10)

const isoDay = (words: string): string | undefined => {
  const found = /\b(\d{4}-\d{2}-\d{2})\b/.exec(words)?.[1]
  const day = Date.parse(found ?? '')
  // The 30th of February is read as a day of March.
  return !Number.isNaN(day) && iso(day) === found ? found : undefined
}

const relativeDay = (words: string, today: number): string | undefined => {
  if (/\bday after tomorrow\b|übermorgen/.test(words)) return iso(today + 2 * dayMs)
  // "heute Morgen" and "Freitag morgen" are mornings.
  if (/\btomorrow\b|(?<!(?:heute|tag|mittwoch|am|jeden) ?)\bmorgen\b/.test(words)) return iso(today + dayMs)
  if (/\b(?:today|tonight|this (?:morning|afternoon|evening)|end of (?:the )?day|heute|feierabend)\b/.test(words))
    return iso(today)
  const [, count = '', unit] =
    /\b(?:in|within|binnen|innerhalb von)\s+(an?|\d{1,2}|[a-zü]+)\s+(day|week|tag|woche)(?:s|en|n)?\b/.exec(words) ?? []
  const of = /^an?$/.test(count)
    ? 1
    : /^\d/.test(count)
      ? Number(count)
      : numbers.findIndex((number) => number.test(count))
  return unit === undefined || of < 1 ? undefined : iso(today + of * (unit.startsWith('w') ? 7 : 1) * dayMs)
}

/** The next one after today. `next Friday` may be that one or the one after it. */
const weekday = (words: string, today: number): string | undefined => {
  const named = weekdays.flatMap((name, index) =>
    new RegExp(String.raw`\b(?:${name})(?:früh|vormittag|mittag|nachmittag|abend)?(?![\p{L}\p{N}])`, 'u').test(words)
      ? [index]
      : [],
  )
  const [index] = named
  if (named.length !== 1 || index === undefined || /\bnext\b|\bnächste/.test(words)) return undefined
  const ahead = (index - new Date(today).getUTCDay() + 7) % 7 || 7
  return iso(today + ahead * dayMs)
}

const monthNames = months.flat().join('|')
const dayFirst = new RegExp(String.raw`\b(?<day>\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? (?<month>${monthNames})\b`)
const monthFirst = new RegExp(String.raw`\b(?<month>${monthNames}) (?<day>\d{1,2})(?:st|nd|rd|th)?\b`)

/** Of this year, or of the next one where that day is past. */
const dayOfMonth = (words: string, today: number): string | undefined => {
  const { day, month = '' } = (dayFirst.exec(words) ?? monthFirst.exec(words))?.groups ?? {}
  if (day === undefined) return undefined
  const index = months.findIndex((names) => names.includes(month))
  const year = new Date(today).getUTCFullYear()
  const [inThis, inNext] = [Date.UTC(year, index, Number(day)), Date.UTC(year + 1, index, Number(day))]
  const meant = inThis < today ? inNext : inThis
  return new Date(meant).getUTCMonth() === index ? iso(meant) : undefined
}
