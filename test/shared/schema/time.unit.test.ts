import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { TimeFromOutside, UtcTime, isAhead, refuseAhead } from '../../../shared/schema/time.ts'

describe('a time from outside', () => {
  it.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00+00:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00-00:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T00:30:00.5+05:30', '2026-02-28T19:00:00.500Z'],
    ['2026-03-01T10:00:00.123456789-08:00', '2026-03-01T18:00:00.123Z'],
    ['2026-03-01t10:00:00z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01 10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
    ['2028-02-29T12:00:00Z', '2028-02-29T12:00:00.000Z'],
  ])('%s is read as %s', (text, utc) => {
    expect(TimeFromOutside.parse(text)).toBe(utc)
  })

  it.each([
    '2026-03-01T10:00:00',
    '2026-03-01',
    '2026-02-30T10:00:00Z',
    '2027-02-29T10:00:00+01:00',
    '2026-03-01T24:00:00Z',
    '2026-03-01T10:00:00+24:00',
    '2026-03-01T10:00:00+0200',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    ' 2026-03-01T10:00:00Z',
    'yesterday',
    '',
  ])('"%s" is refused with how to write it', (text) => {
    expect(TimeFromOutside.safeParse(text).error?.issues).toMatchObject([
      { message: expect.stringMatching(/^must be a time with Z or an offset, such as 2026/) as string },
    ])
  })

  it('is the same moment, as one of ours, and stays so when it is read again', () => {
    const day = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(day, fc.integer({ min: -1_439, max: 1_439 }), (date, minutes) => {
        const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1)
        const [hour, minute] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
        const offset = `${minutes < 0 ? '-' : '+'}${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
        const read = TimeFromOutside.parse(`${local}${offset}`)
        expect(read).toBe(date.toISOString())
        expect(UtcTime.parse(TimeFromOutside.parse(read))).toBe(read)
      }),
    )
  })

  it('is described as a time in documents', () => {
    for (const io of ['input', 'output'] as const)
      expect(z.toJSONSchema(TimeFromOutside, { io })).toMatchObject({ type: 'string', format: 'date-time' })
  })

  it('is refused with its path, both clocks and what to do when it is further ahead', () => {
    const now = new Date('2026-03-01T10:00:00Z')
    refuseAhead('body.detectedAt', '2026-03-01T10:05:00.000Z', now)
    expect(() => refuseAhead('body.detectedAt', '2026-03-01T10:05:00.001Z', now)).toThrow(
      "body.detectedAt is 2026-03-01T10:05:00.001Z, which is more than 5 minutes ahead of this suite's clock (2026-03-01T10:00:00.000Z). Check the clock of the sender.",
    )
  })

  it('may be five minutes ahead', () => {
    const now = new Date('2026-03-01T10:00:00Z')
    expect(isAhead('2026-03-01T10:05:00.000Z', now)).toBe(false)
    expect(isAhead('2026-03-01T10:05:00.001Z', now)).toBe(true)
    expect(isAhead('2020-01-01T00:00:00.000Z', now)).toBe(false)
  })
})
