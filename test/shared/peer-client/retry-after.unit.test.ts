import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRetryAfter, retryAfterSecondsMax } from '../../../shared/peer-client/retry-after.ts'

const now = Date.parse('2026-11-22T12:00:00Z')

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    [' 7 ', 7],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['2.', 2],
    ['007', 7],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30],
    ['Sunday, 22-Nov-26 12:00:30 GMT', 30],
    ['Sun Nov 22 12:00:30 2026', 30],
    ['Wed Nov  4 12:00:00 2026', 0],
    ['Sun, 22 Nov 2026 11:59:00 GMT', 0],
    ['Friday, 31-Dec-99 23:59:59 GMT', 0],
    ['99999999999999999999', retryAfterSecondsMax],
    ['9'.repeat(400), retryAfterSecondsMax],
    ['Fri, 31 Dec 9999 23:59:59 GMT', retryAfterSecondsMax],
  ])('reads "%s" as %d seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds)
  })

  it.each([
    [undefined],
    [null],
    [''],
    ['-1'],
    ['+1'],
    ['1e3'],
    ['0x10'],
    ['1,5'],
    ['soon'],
    ['NaN'],
    ['Infinity'],
    ['10; 20'],
    ['Sun, 99 Nov 2026 12:00:30 GMT'],
    ['2026-11-22T12:00:30Z'],
    ['Sun, 22 Nov 2026 12:00:30 PST'],
  ])('ignores %s', (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined()
  })

  it('gives a wait between 0 and the cap, or none, for any text', () => {
    const digits = fc.stringMatching(/^[-+.\d eE:]{0,40}$/)
    const dates = fc.date({ noInvalidDate: true }).map((date) => date.toUTCString())
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), digits, dates), (header) => {
        const seconds = parseRetryAfter(header, now)
        return seconds === undefined || (seconds >= 0 && seconds <= retryAfterSecondsMax)
      }),
      { numRuns: 1_000 },
    )
  })

  it('reads every HTTP date within a day of now to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: retryAfterSecondsMax }), (seconds) => {
        expect(parseRetryAfter(new Date(now + seconds * 1_000).toUTCString(), now)).toBe(seconds)
      }),
    )
  })
})
