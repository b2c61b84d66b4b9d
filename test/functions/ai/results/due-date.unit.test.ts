import { describe, expect, it } from 'vitest'
import { dueOn } from '../../../../functions/ai/results/call-recap/due-date.ts'

/** A Thursday. */
const at = new Date('2026-11-26T15:00:00Z')

describe('the day that somebody meant', () => {
  it.each([
    ['today', '2026-11-26'],
    ['by the end of the day', '2026-11-26'],
    ['tomorrow morning', '2026-11-27'],
    ['the day after tomorrow', '2026-11-28'],
    ['by Friday', '2026-11-27'],
    ['on Thursday', '2026-12-03'],
    ['before Monday', '2026-11-30'],
    ['in two weeks', '2026-12-10'],
    ['within 3 days', '2026-11-29'],
    ['in a week', '2026-12-03'],
    ['on 3 March', '2027-03-03'],
    ['by December 1st', '2026-12-01'],
    ['on the 5th of December', '2026-12-05'],
    ['2026-12-24', '2026-12-24'],
    ['heute noch', '2026-11-26'],
    ['heute Morgen', '2026-11-26'],
    ['bis morgen früh', '2026-11-27'],
    ['übermorgen', '2026-11-28'],
    ['bis Freitagmittag', '2026-11-27'],
    ['am Freitag Morgen', '2026-11-27'],
    ['am Mittwoch', '2026-12-02'],
    ['bis zum 15. Dezember', '2026-12-15'],
    ['am 3. März', '2027-03-03'],
    ['in zwei Wochen', '2026-12-10'],
    ['in 3 Tagen', '2026-11-29'],
    ['in einer Woche', '2026-12-03'],
  ])('is clear: %s is %s', (said, day) => {
    expect(dueOn(said, at, 'UTC')).toBe(day)
  })

  it.each([
    'soon',
    'next week',
    'nächste Woche',
    'nächsten Freitag',
    'am Morgen',
    'am 31. Februar',
    'next Friday',
    'Monday or Tuesday',
    'in a few days',
    'by tomorrow or Monday',
    'on 31 February',
    'by 2026-02-30',
    'by 2026-13-01',
    'in zero days',
    'when the part arrives',
  ])('is not guessed: %s', (said) => {
    expect(dueOn(said, at, 'UTC')).toBeNull()
  })

  it('is reckoned from the day that it is there', () => {
    const late = new Date('2026-11-26T23:30:00Z')
    expect(dueOn('tomorrow', late, 'UTC')).toBe('2026-11-27')
    expect(dueOn('tomorrow', late, 'Europe/Berlin')).toBe('2026-11-28')
    expect(dueOn('tomorrow', new Date('2026-11-26T03:00:00Z'), 'America/New_York')).toBe('2026-11-26')
  })
})
