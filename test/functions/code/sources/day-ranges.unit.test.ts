import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DayRanges, begun, ended, isOpen, isWithin } from '../../../../functions/code/sources/day-ranges.ts'
import { dayAfter } from '../../../../functions/code/sources/utc-day.ts'

const first = '2026-01-01'

describe('days on which something was so at 00:00', () => {
  it('are all days after the one on which it began, up to the one on which it ended', () => {
    const ranges = ended(begun([], '2026-02-27'), '2026-03-01')
    expect(ranges).toEqual([{ from: '2026-02-28', until: '2026-03-02' }])
    const days = ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']
    expect(days.map((day) => isWithin(ranges, day))).toEqual([false, true, true, false])
  })

  it('are none when it began and ended within a day, and go on when it ended and began within one', () => {
    expect(ended(begun([], first), first)).toEqual([])
    const open = begun([], first)
    expect(begun(ended(open, '2026-01-05'), '2026-01-05')).toEqual(open)
  })

  it('are what it was at the end of the day before, for any sequence of changes', () => {
    const changes = fc.array(fc.record({ days: fc.nat(3), isSo: fc.boolean() }), { maxLength: 40 })
    fc.assert(
      fc.property(changes, (steps) => {
        let day = first
        let ranges: DayRanges = []
        let isSo = false
        const atStart = new Map<string, boolean>()
        for (const step of steps) {
          for (let passed = 0; passed < step.days; passed += 1) {
            day = dayAfter(day)
            atStart.set(day, isSo)
          }
          isSo = step.isSo
          ranges = isSo ? begun(ranges, day) : ended(ranges, day)
          expect(isOpen(ranges)).toBe(isSo)
        }
        for (const [date, was] of atStart) expect({ date, is: isWithin(ranges, date) }).toEqual({ date, is: was })
      }),
    )
  })

  it('of more than 400 days ago are forgotten', () => {
    const old = ended(begun([], '2024-01-01'), '2024-01-10')
    expect(begun(old, '2026-01-01')).toEqual([{ from: '2026-01-02' }])
    expect(begun(old, '2024-12-31')).toHaveLength(2)
  })
})
