import { describe, expect, it } from 'vitest'
import { parseTimeSpan, parseTimerSchedule } from '../src/timer-schedule.ts'

describe('the schedule of a timer', () => {
  it.each<[string, number | undefined]>([
    ['00:00:30', 30_000],
    ['1:30', 5_400_000],
    ['2.03:04:05.5', 183_845_500],
    ['7', 604_800_000],
    ['24:00:00', undefined],
    ['00:60:00', undefined],
    ['5 minutes', undefined],
    ['', undefined],
  ])('reads the TimeSpan "%s" as %s ms', (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms)
  })

  it('runs a TimeSpan that long after the run before', () => {
    const { next, adjustForDst } = parseTimerSchedule('00:05:00')
    expect([next(new Date('2026-01-01T00:01:00Z'))?.toISOString(), adjustForDst]).toEqual([
      '2026-01-01T00:06:00.000Z',
      false,
    ])
  })

  it.each([
    ['*/30 * * * * *', true],
    ['0 * * * * *', false],
    ['0,1 0 0 * * *', false],
    ['00:00:59', true],
    ['00:01:00', false],
  ])('knows whether "%s" runs more than once a minute: %s', (text, isSubMinute) => {
    expect(parseTimerSchedule(text).isSubMinute(new Date('2026-01-01T12:00:00.500Z'))).toBe(isSubMinute)
  })

  it.each([
    ['0 0 25 * * *', /"0 0 25 \* \* \*" is neither NCRONTAB nor a TimeSpan: .*hour.*between 0 and 23/],
    ['00:00:00', /no time between two runs/],
  ])('refuses "%s"', (text, problem) => {
    expect(() => parseTimerSchedule(text)).toThrow(problem)
  })
})
