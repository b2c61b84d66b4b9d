import { describe, expect, it } from 'vitest'
import { BusinessHours, isTimeZone } from '../../../shared/tenants/business-hours.ts'

const isValid = (hours: unknown): boolean => BusinessHours.safeParse(hours).success

describe('business hours', () => {
  it.each([
    ['one day', { friday: [{ from: '08:00', to: '17:00' }] }],
    ['a break', { monday: [span('08:00', '12:00'), span('13:00', '17:00')] }],
    ['hours that follow at once', { monday: [span('00:00', '12:00'), span('12:00', '24:00')] }],
  ])('are %s', (_, hours) => {
    expect(isValid(hours)).toBe(true)
  })

  it.each([
    ['none at all', {}],
    ['a day without hours', { monday: [] }],
    ['a day that there is not', { holiday: [span('08:00', '17:00')] }],
    ['a time that no clock shows', { monday: [span('08:60', '17:00')] }],
    ['a time after the end of the day', { monday: [span('08:00', '24:01')] }],
    ['a time of four characters', { monday: [span('8:00', '17:00')] }],
    ['hours of no length', { monday: [span('08:00', '08:00')] }],
    ['hours past midnight', { monday: [span('22:00', '06:00')] }],
    ['hours that overlap', { monday: [span('08:00', '12:01'), span('12:00', '17:00')] }],
    ['hours out of order', { monday: [span('13:00', '17:00'), span('08:00', '12:00')] }],
    ['a fault on the second day', { monday: [span('08:00', '17:00')], tuesday: [span('17:00', '08:00')] }],
    ['too many of a day', { monday: ['00', '01', '02', '03', '04'].map((hour) => span(`${hour}:00`, `${hour}:30`)) }],
  ])('cannot be %s', (_, hours) => {
    expect(isValid(hours)).toBe(false)
  })
})

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('is %s', (name) => {
    expect(isTimeZone(name)).toBe(true)
  })

  it.each(['', '+01:00', 'Europe/Atlantis', ' Europe/Berlin', 'Europe/Berlin\n', 'local'])('is not %j', (name) => {
    expect(isTimeZone(name)).toBe(false)
  })
})

function span(from: string, to: string) {
  return { from, to }
}
