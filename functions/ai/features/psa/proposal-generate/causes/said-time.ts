// When something was, as a person says it in English or German: "since 09:10", "yesterday afternoon", "two hours ago". Read from when they wrote it.
import { type Day, dayMs, dayOf, momentOf } from './zoned-time.ts'

/** Between two moments, in milliseconds. The same one twice does not occur: nobody says it to the second. */
export type Span = {
  readonly earliest: number
  readonly latest: number
  /** The best single reading: where the clock was named, that; else the latest. */
  readonly at: number
  readonly isOfAnyZone?: boolean
}

type Zone = {
  readonly timeZone: string
  /** Nobody has said in which zone the people are: clocks and days may be meant in any. */
  readonly isUncertain: boolean
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** The first time that the text says; undefined for none. @param wrote when it was written, in milliseconds; without it only whole dates are read */
export const saidTime = (text: string, wrote: number | undefined, zone: Zone): Span | undefined =>
  isoReading(text) ??
  dated(text, wrote, zone) ??
  (wrote === undefined
    ? undefined
    : (ago(text, wrote) ?? clockOfDay(text, wrote, zone) ?? partOfDay(text, wrote, zone)))

const around = (at: number, tolerance: number): Span => ({ earliest: at - tolerance, latest: at + tolerance, at })

/** Clocks of the whole world are from 12 hours behind to 14 ahead of UTC. */
const widened = (span: Span, { isUncertain }: Zone): Span =>
  isUncertain
    ? { ...span, earliest: span.earliest - 14 * hourMs, latest: span.latest + 12 * hourMs, isOfAnyZone: true }
    : span

const iso = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})/

const isoReading = (text: string): Span | undefined => {
  const moment = Date.parse(iso.exec(text)?.[0] ?? '')
  return Number.isNaN(moment) ? undefined : around(moment, minuteMs)
}

/** `9:10`, `09:10 UTC`, `9 am`, `9 Uhr`. A bare number is no clock. */
const clock = new RegExp(
  [
    String.raw`(?<about>\b(?:about|around|approx\.?|roughly|circa|ca\.|gegen|etwa|~)\s*)?(?<![\d.:/-])`,
    // With a point it could be a version: then it needs its word.
    String.raw`(?:(?<hour>[01]?\d|2[0-3])(?::(?<minute>[0-5]\d)(?![\d:]|\.\d)|\.(?<pointed>[0-5]\d)(?=\s*(?:Uhr|[ap]\.?m\b)))\s*(?<half>[ap]\.?m\b\.?)?`,
    String.raw`|(?<bare>1?\d|2[0-3])\s*(?:(?<bareHalf>[ap]\.?m\b\.?)|Uhr\b|o'clock))(?:\s*(?:Uhr|h)\b)?(?<utc>\s*(?:UTC|GMT|Z)\b)?`,
  ].join(''),
  'i',
)

type Clock = {
  readonly minutes: number
  readonly tolerance: number
  readonly isUtc: boolean
  readonly index: number
}

const clockIn = (text: string): Clock | undefined => {
  const found = clock.exec(text)
  if (!found?.groups) return undefined
  const { about, hour, minute, pointed, half, bare, bareHalf, utc } = found.groups
  const isLate = /^p/i.test(half ?? bareHalf ?? '')
  const isEarly = /^a/i.test(half ?? bareHalf ?? '')
  const said = Number(hour ?? bare)
  const hours = isLate && said < 12 ? said + 12 : isEarly && said === 12 ? 0 : said
  const tolerance = about !== undefined || hour === undefined ? 30 : 10
  return {
    minutes: hours * 60 + Number(minute ?? pointed ?? 0),
    tolerance: tolerance * minuteMs,
    isUtc: utc !== undefined,
    index: found.index,
  }
}

const at = (day: Day, { minutes, tolerance, isUtc }: Clock, zone: Zone): Span => {
  const span = around(momentOf(day, minutes, isUtc ? 'UTC' : zone.timeZone), tolerance)
  return isUtc ? span : widened(span, zone)
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const germanMonths = ['jän', '', 'mär', '', 'mai', '', '', '', '', 'okt', '', 'dez']
// Whole names alone: "maybe", "market" and "decommissioned" are no months.
const monthNames = [
  '(?:jan(?:uary|uar)?|jän(?:ner)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz?|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?',
  '|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)(?![a-zäöüß])\\.?',
].join('')

const datePatterns = [
  /(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})/,
  /(?<![\d.])(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})(?!\d)/,
  // Without its year it could be a version at the end of a sentence: then it needs its word, or a clock.
  /\b(?:am|vom|seit|ab)\s+(?:dem\s+)?(?:(?:mo|di|mi|do|fr|sa|so)[a-z]*\.?,?\s+(?:den\s+)?)?(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?!\d)/i,
  /(?<![\d.])(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?=,?\s*(?:um |gegen |ca\. )?\d{1,2}(?::\d{2}|\s*Uhr))/i,
  new RegExp(`(?<![\\d.])(?<day>\\d{1,2})(?:st|nd|rd|th|\\.)?\\s+(?<name>${monthNames})(?:\\s+(?<year>\\d{4}))?`, 'i'),
  new RegExp(`\\b(?<name>${monthNames})\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?(?!\\d)(?:,?\\s+(?<year>\\d{4}))?`, 'i'),
]

/** Within which a clock follows its date. */
const closeTo = 30

/** A date, with a clock that follows it closely. */
const dated = (text: string, wrote: number | undefined, zone: Zone): Span | undefined => {
  for (const pattern of datePatterns) {
    const found = pattern.exec(text)
    const day = found?.groups && dayIn(found.groups, wrote)
    if (!found || day === undefined) continue
    const end = found.index + found[0].length
    const said = clockIn(text.slice(end, end + closeTo))
    const between = said ? text.slice(end, end + said.index) : ''
    if (said && /^[\s,T]*(?:at|um|from|about|around|gegen|ca\.)?\s*$/i.test(between)) return at(day, said, zone)
    return hoursOf(day, 0, 24, zone)
  }
  return undefined
}

/** Without a year: the last one in which that day was not still to come. */
const dayIn = (groups: Readonly<Record<string, string | undefined>>, wrote: number | undefined): Day | undefined => {
  const { year, month, name, day } = groups
  const short = name?.slice(0, 3).toLowerCase() ?? ''
  const index = name === undefined ? Number(month) - 1 : Math.max(months.indexOf(short), germanMonths.indexOf(short))
  const of = (inYear: number): number => Date.UTC(inYear, index, Number(day))
  if (index < 0 || index > 11 || Number(day) > 31) return undefined
  if (year !== undefined) return of(Number(year))
  if (wrote === undefined) return undefined
  const thisYear = new Date(wrote).getUTCFullYear()
  return of(thisYear) > wrote + dayMs ? of(thisYear - 1) : of(thisYear)
}

const counted = '(?<count>\\d{1,3}|an?|one|two|three|four|five|six|half an|einer|einem|zwei|drei|vier|fünf)'
const unit = '(?<unit>minutes?|mins?|hours?|days?|weeks?|minuten?|stunden?|tagen?|wochen?)'
const agoPatterns = [
  new RegExp(`\\b${counted}\\s+${unit}\\s+ago\\b`, 'i'),
  new RegExp(
    `\\b(?:for(?: the (?:last|past))?|vor|seit)\\s+(?:about |around |over |etwa )?${counted}\\s+${unit}\\b`,
    'i',
  ),
]
const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  einer: 1,
  einem: 1,
  two: 2,
  zwei: 2,
  three: 3,
  drei: 3,
  four: 4,
  vier: 4,
  five: 5,
  fünf: 5,
  six: 6,
  'half an': 0.5,
}
const units: readonly (readonly [RegExp, number])[] = [
  [/^min/, minuteMs],
  [/^(?:hour|stunde)/, hourMs],
  [/^(?:day|tag)/, dayMs],
  [/^(?:week|woche)/, 7 * dayMs],
]

/** No clock and no zone is in it. */
const ago = (text: string, wrote: number): Span | undefined => {
  for (const pattern of agoPatterns) {
    const found = pattern.exec(text)
    const { count = '', unit: said = '' } = found?.groups ?? {}
    const length = units.find(([name]) => name.test(said.toLowerCase()))?.[1]
    if (!found || length === undefined) continue
    const amount = numbers[count.toLowerCase()] ?? Number(count)
    const tolerance = Math.max(length / 2, (amount * length) / 5)
    return around(wrote - amount * length, tolerance)
  }
  return undefined
}

/** A clock alone is the last time that it showed it, unless a day is named. */
const clockOfDay = (text: string, wrote: number, zone: Zone): Span | undefined => {
  const said = clockIn(text)
  if (!said) return undefined
  const named = dayNamed(text, wrote, zone)
  const today = dayOf(wrote, said.isUtc ? 'UTC' : zone.timeZone)
  if (named) return at(named.day, said, zone)
  const span = at(today, said, zone)
  const isToCome = span.at - said.tolerance > wrote
  return isToCome && (said.isUtc || !zone.isUncertain) ? at(today - dayMs, said, zone) : span
}

const partPatterns: readonly (readonly [RegExp, number, number, number])[] = [
  // Which day before today, and from which hour to which.
  [/(?<!\p{L})(?:last night|overnight|during the night|(?:heute|letzte) nacht|über nacht)(?!\p{L})/iu, 0, -6, 8],
  [/\b(?:this morning|heute (?:morgen|früh|vormittag))\b/i, 0, 5, 12],
  [/\b(?:this afternoon|heute nachmittag)\b/i, 0, 12, 18],
  [/\b(?:this evening|tonight|heute abend)\b/i, 0, 17, 24],
  [/\b(?:yesterday morning|gestern (?:morgen|früh|vormittag))\b/i, 1, 5, 12],
  [/\b(?:yesterday afternoon|gestern nachmittag)\b/i, 1, 12, 18],
  [/\b(?:yesterday evening|gestern abend)\b/i, 1, 17, 24],
]

const partOfDay = (text: string, wrote: number, zone: Zone): Span | undefined => {
  for (const [pattern, back, from, to] of partPatterns) {
    if (pattern.test(text)) return hoursOf(dayOf(wrote, zone.timeZone) - back * dayMs, from, to, zone)
  }
  const named = dayNamed(text, wrote, zone)
  return named && hoursOf(named.day, 0, named.days * 24, zone)
}

const weekdays = [
  /\b(?:sunday|sonntag)\b/i,
  /\b(?:monday|montag)\b/i,
  /\b(?:tuesday|dienstag)\b/i,
  /\b(?:wednesday|mittwoch)\b/i,
  /\b(?:thursday|donnerstag)\b/i,
  /\b(?:friday|freitag)\b/i,
  /\b(?:saturday|samstag|sonnabend)\b/i,
]

type NamedDay = { readonly day: Day; readonly days: number }

const dayNamed = (text: string, wrote: number, { timeZone }: Zone): NamedDay | undefined => {
  const today = dayOf(wrote, timeZone)
  if (/\b(?:yesterday|gestern)\b/i.test(text)) return { day: today - dayMs, days: 1 }
  if (/\b(?:today|heute)\b/i.test(text)) return { day: today, days: 1 }
  // Saturday and Sunday, and until people are back at work.
  if (/\b(?:weekend|wochenende)\b/i.test(text)) return { day: lastOf(6, today, true), days: 2.4 }
  const weekday = weekdays.findIndex((pattern) => pattern.test(text))
  return weekday === -1 ? undefined : { day: lastOf(weekday, today, false), days: 1 }
}

/** @param isBefore today does not count */
const lastOf = (weekday: number, today: Day, isBefore: boolean): Day => {
  const back = (new Date(today).getUTCDay() - weekday + 7) % 7
  return today - (back === 0 && isBefore ? 7 : back) * dayMs
}

const hoursOf = (day: Day, from: number, to: number, zone: Zone): Span => {
  const latest = momentOf(day, to * 60, zone.timeZone)
  return widened({ earliest: momentOf(day, from * 60, zone.timeZone), latest, at: latest }, zone)
}
