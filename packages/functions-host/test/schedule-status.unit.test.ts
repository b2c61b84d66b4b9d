import { describe, expect, it } from 'vitest'
import { neverRan, statusAfterRun, statusAtStart } from '../src/schedule-status.ts'
import { parseTimerSchedule } from '../src/timer-schedule.ts'

const hourly = parseTimerSchedule('0 0 * * * *')
const at = (time: string): Date => new Date(`2026-01-01T${time}Z`)

describe('the status of a schedule', () => {
  it('begins with the next time and is not past due', () => {
    expect(statusAtStart(undefined, hourly, at('10:20:00'))).toEqual({
      status: { Last: neverRan, Next: '2026-01-01T11:00:00.000Z', LastUpdated: '2026-01-01T10:20:00.000Z' },
      isPastDue: false,
    })
  })

  const stored = {
    Last: '2026-01-01T10:00:00.100Z',
    Next: '2026-01-01T11:00:00.000Z',
    LastUpdated: '2026-01-01T10:00:00.100Z',
  }

  it.each([
    ['before the next run', '10:59:59', false],
    ['after it', '11:00:01', true],
    ['after many', '23:30:00', true],
  ])('is kept when the host starts %s', (_when, time, isPastDue) => {
    expect(statusAtStart(stored, hourly, at(time))).toEqual({ status: stored, isPastDue })
  })

  it('is past due when a timer that never ran missed its first run', () => {
    const first = statusAtStart(undefined, hourly, at('10:20:00')).status
    expect(statusAtStart(first, hourly, at('11:20:00')).isPastDue).toBe(true)
  })

  it('is not past due only because the schedule has changed', () => {
    const halfHourly = parseTimerSchedule('0 30 * * * *')
    expect(statusAtStart(stored, halfHourly, at('12:00:00'))).toEqual({
      status: { Last: neverRan, Next: '2026-01-01T12:30:00.000Z', LastUpdated: '2026-01-01T12:00:00.000Z' },
      isPastDue: false,
    })
  })

  it('counts a timer that fired a little early as on time, so that it does not run twice', () => {
    expect(statusAfterRun(stored, hourly, at('10:59:59.990'), true)).toEqual({
      Last: '2026-01-01T11:00:00.000Z',
      Next: '2026-01-01T12:00:00.000Z',
      LastUpdated: '2026-01-01T11:00:00.000Z',
    })
  })

  it('leaves the next run where it is after a run that was not scheduled', () => {
    expect(statusAfterRun(stored, hourly, at('10:30:00'), false).Next).toBe('2026-01-01T11:00:00.000Z')
  })
})
