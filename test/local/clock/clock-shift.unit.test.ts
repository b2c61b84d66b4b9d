import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shiftedClockOptions } from '../../../local/clock/clock-shift.ts'

const dayMs = 86_400_000

/** What a process says that runs so many milliseconds away from the machine's time. */
const told = (shiftMs: number, expressions: readonly string[]): readonly unknown[] => {
  const script = `console.log(JSON.stringify([${expressions.join(',')}]))`
  return JSON.parse(
    execFileSync(process.execPath, [...shiftedClockOptions(shiftMs), '--eval', script], { encoding: 'utf8' }),
  ) as unknown[]
}

/** A process takes its time to start. */
const expectAbout = (time: unknown, expected: number): void => {
  expect(time).toBeGreaterThanOrEqual(expected - 1_000)
  expect(time).toBeLessThan(expected + 60_000)
}

describe('a process with a shifted clock', () => {
  it.each([-300 * dayMs, 2 * dayMs])('is %i ms away from the machine, however it asks for the time', (shiftMs) => {
    const expected = Date.now() + shiftMs
    const times = told(shiftMs, [
      'Date.now()',
      'new Date().getTime()',
      'Date.parse(Date())',
      'new (class extends Date {})().getTime()',
      'new (new Date(0).constructor)().getTime()',
    ])
    for (const time of times) expectAbout(time, expected)
  })

  it('has dates that are given as they are', () => {
    expect(
      told(dayMs, [
        'new Date(5).getTime()',
        'new Date("2026-03-01T01:10:00Z").getTime()',
        'new Date(undefined).getTime()',
        'Date.UTC(2026, 2, 1)',
        'new Date() instanceof Date',
        'structuredClone(new Date(7)).getTime()',
      ]),
    ).toEqual([5, Date.UTC(2026, 2, 1, 1, 10), null, Date.UTC(2026, 2, 1), true, 7])
  })

  it('does not start when it cannot say by how much', () => {
    expect(() => told(Number.NaN, ['1'])).toThrow('does not say by how many milliseconds')
  })

  it('is one without options when there is nothing to shift', () => {
    expect(shiftedClockOptions(0)).toEqual([])
  })
})
