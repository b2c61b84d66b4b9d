import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNcrontab } from '../src/ncrontab.ts'

const limits = [
  { lowest: 0, highest: 59 },
  { lowest: 0, highest: 59 },
  { lowest: 0, highest: 23 },
  { lowest: 1, highest: 31 },
  { lowest: 1, highest: 12 },
  { lowest: 0, highest: 6 },
] as const

type Item = { readonly text: string; readonly values: readonly number[] }

const between = (first: number, last: number, step: number): number[] => {
  const values = []
  for (let value = first; value <= last; value += step) values.push(value)
  return values
}

/** A list item, with the values that NCRONTAB's documentation gives it. */
const itemOf = ({ lowest, highest }: (typeof limits)[number]): fc.Arbitrary<Item> => {
  const value = fc.integer({ min: lowest, max: highest })
  const step = fc.integer({ min: 1, max: highest })
  return fc.oneof(
    fc.constant({ text: '*', values: between(lowest, highest, 1) }),
    value.map((only) => ({ text: String(only), values: [only] })),
    step.map((by) => ({ text: `*/${by}`, values: between(lowest, highest, by) })),
    fc.tuple(value, step).map(([from, by]) => ({ text: `${from}/${by}`, values: between(from, highest, by) })),
    fc.tuple(value, value).map(([a, b]) => ({ text: `${a}-${b}`, values: between(Math.min(a, b), Math.max(a, b), 1) })),
    fc
      .tuple(value, value, step)
      .map(([a, b, by]) => ({ text: `${a}-${b}/${by}`, values: between(Math.min(a, b), Math.max(a, b), by) })),
  )
}

const fieldOf = (limit: (typeof limits)[number]): fc.Arbitrary<Item> =>
  fc.array(itemOf(limit), { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(','),
    values: [...new Set(items.flatMap(({ values }) => values))].sort((a, b) => a - b),
  }))

const schedule = fc.tuple(...limits.map(fieldOf))

const dayMs = 86_400_000

/** Looks at every day, then at every time of a day that fits, up to `days` days on. */
const bruteForceNext = (fields: readonly Item[], after: Date, days: number): Date | undefined => {
  const [seconds = [], minutes = [], hours = [], daysOfMonth = [], months = [], weekdays = []] = fields.map(
    ({ values }) => values,
  )
  const midnight = Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate())
  for (let day = 0; day < days; day += 1) {
    const date = new Date(midnight + day * dayMs)
    const fits =
      daysOfMonth.includes(date.getUTCDate()) &&
      months.includes(date.getUTCMonth() + 1) &&
      weekdays.includes(date.getUTCDay())
    if (!fits) continue
    for (const hour of hours)
      for (const minute of minutes)
        for (const second of seconds) {
          const time = date.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000
          if (time > after.getTime()) return new Date(time)
        }
  }
  return undefined
}

const next = (text: string, after: string): string | undefined =>
  parseNcrontab(text).next(new Date(after))?.toISOString()

describe('NCRONTAB', () => {
  it('reads every field as the values that its items stand for', () => {
    fc.assert(
      fc.property(schedule, (fields) => {
        expect(parseNcrontab(fields.map(({ text }) => text).join(' ')).fields).toEqual(
          fields.map(({ values }) => values),
        )
      }),
    )
  })

  it('finds the same next time as trying every day and time does', () => {
    const start = fc.date({ min: new Date('2024-01-01Z'), max: new Date('2030-12-31Z'), noInvalidDate: true })
    fc.assert(
      fc.property(schedule, start, (fields, after) => {
        const expected = bruteForceNext(fields, after, 1_500)
        const found = parseNcrontab(fields.map(({ text }) => text).join(' ')).next(after)
        if (expected) expect(found).toEqual(expected)
        else expect(found === undefined || found.getTime() > after.getTime() + 1_499 * dayMs).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it.each([
    ['0 */5 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
    ['0 5/15 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00.000Z'],
    ['0 0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00.000Z'],
    ['0 0 9 * * Mon-Fri', '2026-01-02T09:00:00Z', '2026-01-05T09:00:00.000Z'],
    ['0 0 9 * january su', '2026-01-05T00:00:00Z', '2026-01-11T09:00:00.000Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['*/5 * * * * *', '2026-01-01T00:00:04.999Z', '2026-01-01T00:00:05.000Z'],
    ['*/5 * * * * *', '2026-01-01T00:00:05.500Z', '2026-01-01T00:00:10.000Z'],
    ['0 30 2 * * *', '2026-03-29T00:00:00Z', '2026-03-29T02:30:00.000Z'],
  ])('%s comes after %s at %s', (text, after, expected) => {
    expect(next(text, after)).toBe(expected)
  })

  it('has no next time for a day that does not exist', () => {
    expect(next('0 0 0 30 2 *', '2026-01-01T00:00:00Z')).toBeUndefined()
  })

  it.each([
    ['* * * * *', '5 field(s)'],
    ['* * * * * * *', '7 field(s)'],
    ['60 * * * * *', 'between 0 and 59'],
    ['0 0 24 * * *', 'between 0 and 23'],
    ['0 0 0 0 * *', 'between 1 and 31'],
    ['0 0 0 * 13 *', 'between 1 and 12'],
    ['0 0 0 * * 7', 'between 0 and 6'],
    ['0 0 0 L * *', 'day of month'],
    ['0 0 0 15W * *', 'day of month'],
    ['0 0 0 * * 5#2', 'day of week'],
    ['0 0 0 ? * *', 'day of month'],
    ['0 0 0 * foo *', 'month'],
    ['0 0 0 * * mon#1', 'day of week'],
    ['0 */0 * * * *', 'step'],
    ['0 */x * * * *', 'step'],
    ['0 1,,2 * * * *', 'minute'],
    ['0 1- * * * *', 'minute'],
    ['0 -1 * * * *', 'minute'],
    ['mon * * * * *', 'second'],
    ['@daily', '1 field(s)'],
    ['', '1 field(s)'],
  ])('refuses "%s" and names %s', (text, problem) => {
    expect(() => parseNcrontab(text)).toThrow(problem)
  })
})
