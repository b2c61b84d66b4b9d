// NCRONTAB, the schedule language of timer triggers: https://github.com/atifaziz/NCrontab, six fields, seconds first, UTC.
// Its grammar is read here, because it is not that of other cron libraries (`5/15`, `50-10`, `tu`); croner computes the times.
import { Cron } from 'croner'

type Field = {
  readonly name: string
  readonly lowest: number
  readonly highest: number
  readonly names?: readonly string[]
}

const monthNames = 'January February March April May June July August September October November December'.split(' ')
const dayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const fields: readonly Field[] = [
  { name: 'second', lowest: 0, highest: 59 },
  { name: 'minute', lowest: 0, highest: 59 },
  { name: 'hour', lowest: 0, highest: 23 },
  { name: 'day of month', lowest: 1, highest: 31 },
  { name: 'month', lowest: 1, highest: 12, names: monthNames },
  { name: 'day of week', lowest: 0, highest: 6, names: dayNames },
]

/** A number in range, or the beginning of an English name: the first name that begins so counts. */
const parseValue = (text: string, { name, lowest, highest, names }: Field): number => {
  if (/^\d+$/.test(text)) {
    const value = Number(text)
    if (value >= lowest && value <= highest) return value
    throw new Error(`${value} is not allowed as ${name}: it must be between ${lowest} and ${highest}`)
  }
  const index = /^[a-z]+$/i.test(text)
    ? (names?.findIndex((known) => known.toLowerCase().startsWith(text.toLowerCase())) ?? -1)
    : -1
  if (index >= 0) return index + lowest
  throw new Error(`"${text}" is not a value of the field "${name}"`)
}

const parseStep = (text: string, field: Field): number => {
  const step = Number(text)
  if (/^\d+$/.test(text) && step > 0) return step
  throw new Error(`"/${text}" is not a step of the field "${field.name}": it must be a whole number above 0`)
}

/** One item of a list: `*`, `7`, `2-8`, each with or without a step. `7/10` means from 7 to the highest value. */
const parseItem = (text: string, field: Field): number[] => {
  const [, base = '', stepText] = /^([^/]*)(?:\/(.*))?$/s.exec(text) ?? []
  const step = stepText === undefined ? undefined : parseStep(stepText, field)
  const [, from, to] = /^([^-]+)-(.*)$/s.exec(base) ?? []
  let [first, last] = [field.lowest, field.highest]
  if (from !== undefined && to !== undefined) {
    const ends = [parseValue(from, field), parseValue(to, field)]
    // NCrontab swaps a range that runs backwards.
    first = Math.min(...ends)
    last = Math.max(...ends)
  } else if (base !== '*') {
    first = parseValue(base, field)
    last = step === undefined ? first : field.highest
  }
  const values: number[] = []
  for (let value = first; value <= last; value += step ?? 1) values.push(value)
  return values
}

const parseField = (text: string, field: Field): readonly number[] =>
  [...new Set(text.split(',').flatMap((item) => parseItem(item, field)))].sort((a, b) => a - b)

export type Ncrontab = {
  /** The values of the six fields, ascending: second, minute, hour, day of month, month, day of week (0 is Sunday). */
  readonly fields: ReadonlyArray<readonly number[]>
  /** The first time after `after` that fits all six fields; undefined when there is none (30 February). */
  readonly next: (after: Date) => Date | undefined
}

/** @throws an error that names the field that is wrong */
export const parseNcrontab = (text: string): Ncrontab => {
  const parts = text.trim().split(/\s+/)
  if (parts.length !== fields.length)
    throw new Error(
      `it has ${parts.length} field(s) instead of 6: {second} {minute} {hour} {day} {month} {day of week}`,
    )
  const values = fields.map((field, index) => parseField(parts[index] ?? '', field))
  // Written out as lists, the fields mean the same to croner; day of month and day of week must both fit.
  const cron = new Cron(values.map((list) => list.join(',')).join(' '), {
    mode: '6-part',
    domAndDow: true,
    timezone: 'UTC',
    paused: true,
  })
  return { fields: values, next: (after) => cron.nextRun(after) ?? undefined }
}
