// What makes a signal of somebody's work, and what does not.
import { describe, expect, it } from 'vitest'
import { newSignals } from '../../../../functions/ai/insider-signals/signal-rules.ts'
import { type WorkEvent, changeOf } from '../../../../functions/ai/insider-signals/signal-taking.ts'
import {
  type WorkDay,
  WorkHistory,
  dateOf,
  dayNumberOf,
  emptyHistory,
  withDay,
  withEmployment,
} from '../../../../functions/ai/insider-signals/work-history.ts'

const first = dayNumberOf('2026-03-02')
const office = [9, 10, 11, 14, 15]
const day = (offset: number, given: Partial<WorkDay> = {}): WorkDay => ({
  day: first + offset,
  opened: 40,
  exported: 10,
  hours: office,
  ...given,
})
/** Thirty days of usual work, then these. */
const after = (days: readonly WorkDay[], given: Partial<WorkHistory> = {}): WorkHistory => ({
  ...emptyHistory(),
  days: [...Array.from({ length: 30 }, (_, offset) => day(offset)), ...days],
  ...given,
})
const leaving = { from: first, until: first + 90 }
const copying = { exported: 400 }
const atNight = { hours: [...office, 2, 3] }
const both = { ...copying, ...atNight }
const signalsOf = (days: readonly WorkDay[], given?: Partial<WorkHistory>) => newSignals(after(days, given))

describe('somebody who leaves', () => {
  it('makes a signal with the second unusual day of a week, with its reasons in words', () => {
    expect(signalsOf([day(33, copying)], { leaving })).toEqual([])
    expect(signalsOf([day(33, copying), day(35, atNight)], { leaving })).toEqual([
      {
        day: first + 35,
        reasons: [
          {
            kind: 'unusual_volume',
            text: `Exported 400 records on ${dateOf(first + 33)}; on none of 28 days before was it more than 10.`,
          },
          {
            kind: 'unusual_hours',
            text: `Worked in the hours from 02:00, 03:00 on ${dateOf(first + 35)}; on none of 28 days before within 2 hours of them.`,
          },
          { kind: 'leaving', text: 'Notice has been given.' },
        ],
        state: 'open',
      },
    ])
  })

  it('makes none of two unusual days that are more than a week apart', () => {
    expect(signalsOf([day(33, copying), day(40, copying)], { leaving })).toEqual([])
  })

  it('makes none before notice was given, after they are gone, or when it was withdrawn', () => {
    const days = [day(33, copying), day(35, copying)]
    expect(signalsOf(days, { leaving: { from: first + 36, until: first + 90 } })).toEqual([])
    expect(signalsOf(days, { leaving: { from: first, until: first + 34 } })).toEqual([])
    const given = { change: 'notice_given', changedAt: '2026-03-03T08:00:00.000Z', effectiveOn: '2026-05-01' } as const
    const withdrawn = { ...given, change: 'notice_withdrawn', changedAt: '2026-03-04T08:00:00.000Z' } as const
    const history = [given, withdrawn].reduce((known, change) => {
      const next = withEmployment(known, change)
      return next === 'known' ? known : next
    }, after(days))
    expect(newSignals(history)).toEqual([])
  })
})

describe('somebody who stays', () => {
  it('makes none by copying much, or by working at night, however often', () => {
    for (const unusual of [copying, atNight])
      expect(signalsOf([30, 31, 32, 33, 34, 35].map((offset) => day(offset, unusual)))).toEqual([])
  })

  it('makes one by both, on three days of a week', () => {
    expect(signalsOf([day(33, both), day(34, both)])).toEqual([])
    expect(signalsOf([day(33, both), day(34, both), day(35, both)])).toMatchObject([{ day: first + 35 }])
  })
})

describe('nothing is unusual', () => {
  it('about somebody of whom fewer than 15 days are known', () => {
    const days = [day(33, copying), day(35, copying)]
    const known = (count: number) => ({
      ...after(days, { leaving }),
      days: [...after([]).days.slice(30 - count), ...days],
    })
    expect(newSignals(known(16))).toHaveLength(1)
    expect(newSignals(known(15))).toEqual([])
  })

  it('of less than 50 exports, or less than four times the most of any usual day', () => {
    const two = (exported: number, most = 10) =>
      newSignals({
        ...after([day(33, { exported }), day(35, { exported })], { leaving }),
        days: [day(0, { exported: most }), ...after([day(33, { exported }), day(35, { exported })]).days.slice(8)],
      })
    expect([two(49), two(50)].map(({ length }) => length)).toEqual([0, 1])
    expect(
      signalsOf([day(10, { exported: 100 }), day(33, { exported: 399 }), day(35, { exported: 399 })].slice(1), {
        leaving,
        days: [
          ...after([]).days.filter((one) => one.day !== first + 10),
          day(10, { exported: 100 }),
          day(33, { exported: 399 }),
          day(35, { exported: 399 }),
        ].toSorted((one, other) => one.day - other.day),
      }),
    ).toEqual([])
  })

  it('about an hour on the other side of midnight', () => {
    const late = Array.from({ length: 30 }, (_, offset) => day(offset, { hours: [21, 22, 23] }))
    const over = (hours: readonly number[]) =>
      newSignals({
        ...after([]),
        days: [...late, ...[33, 35].map((offset) => day(offset, { hours: [22, 23, ...hours] }))],
        leaving,
      })
    expect(over([0, 1])).toEqual([])
    expect(over([3, 4])).toHaveLength(1)
  })

  it('about an hour beside those in which they always work', () => {
    const late = { hours: [...office, 16, 17] }
    expect(signalsOf([day(33, late), day(35, late)], { leaving })).toEqual([])
  })

  it('about a new role until it is learned: what was usual before says nothing of it', () => {
    const days = [day(33, copying), day(35, copying)]
    expect(signalsOf(days, { leaving, roleSince: first + 20 })).toEqual([])
    expect(signalsOf(days, { leaving, roleSince: first })).toHaveLength(1)
  })
})

describe('what is usual', () => {
  it('is learned over six weeks of who works three days a week', () => {
    const known = Array.from({ length: 42 }, (_, offset) => offset).filter((offset) => offset % 7 < 3)
    const unusual = [day(43, copying), day(44, copying)]
    const history = (offsets: readonly number[]) => ({
      ...emptyHistory(),
      leaving,
      days: [...offsets.map((offset) => day(offset)), ...unusual],
    })
    expect(newSignals(history(known))).toMatchObject([{ day: first + 44 }])
    expect(newSignals(history(known.slice(4)))).toEqual([])
  })

  it('is not learned from days without work: whoever is back from a long absence is no signal', () => {
    const away = Array.from({ length: 40 }, (_, offset) => day(30 + offset, { opened: 0, exported: 0, hours: [] }))
    const back = [70, 71, 72].map((offset) => day(offset, { exported: 60 }))
    expect(signalsOf([...away, ...back])).toEqual([])
    expect(signalsOf([...away, ...back], { leaving })).toEqual([])
  })
})

describe('a second signal', () => {
  it('rests for two weeks', () => {
    const days = [day(33, copying), day(35, copying), day(37, copying), day(39, copying)]
    const one = signalsOf(days, { leaving })
    expect(one.map((signal) => signal.day - first)).toEqual([35])
    expect(newSignals(after(days, { leaving, signals: [...one] }))).toEqual([])
  })

  it('is found when a day comes late', () => {
    const history = after([day(35, copying)], { leaving })
    expect(newSignals(history)).toEqual([])
    const late = withDay(history, day(33, copying))
    expect(late === 'known' ? [] : newSignals(late)).toMatchObject([{ day: first + 35 }])
  })
})

describe('a day', () => {
  it('counts once, by its first summary, and not when it is older than what is kept', () => {
    const history = after([])
    expect(withDay(history, day(10, copying))).toBe('known')
    const far = withDay(history, day(100))
    expect(far === 'known' ? [] : far.days).toEqual([day(100)])
    expect(far === 'known' ? 'known' : withDay(far, day(40))).toBe('known')
  })

  it('of employment that is told late changes nothing', () => {
    const given = { change: 'notice_given', changedAt: '2026-03-05T08:00:00.000Z', effectiveOn: null } as const
    const history = withEmployment(after([]), given)
    if (history === 'known') throw new Error('Notice was not taken.')
    expect(history.leaving).toEqual({ from: first + 3, until: first + 183 })
    const earlier = { ...given, change: 'notice_withdrawn', changedAt: '2026-03-04T08:00:00.000Z' } as const
    expect(withEmployment(history, earlier)).toBe('known')
    expect(withEmployment(history, given)).toBe('known')
    const role = { change: 'role_changed', changedAt: '2026-03-05T08:00:00.000Z', effectiveOn: '2026-04-01' } as const
    const changed = withEmployment(after([]), role)
    if (changed === 'known') throw new Error('The role was not taken.')
    expect(withEmployment(changed, { ...role, effectiveOn: '2026-03-01' })).toBe('known')
  })

  it('of employment ends the notice a week after the last day, and half a year after it was given at the latest', () => {
    const untilOf = (effectiveOn: string) => {
      const given = { change: 'notice_given', changedAt: '2026-03-05T08:00:00.000Z', effectiveOn } as const
      const history = withEmployment(emptyHistory(), given)
      return history === 'known' ? undefined : history.leaving?.until
    }
    expect(untilOf('2026-05-01')).toBe(dayNumberOf('2026-05-08'))
    expect(untilOf('2031-05-01')).toBe(dayNumberOf('2026-03-05') + 180)
  })

  it('that comes later leaves a signal of long ago that Defend does not have', () => {
    const signals = (['open', 'told'] as const).map((state, offset) => ({ day: first + offset, reasons: [], state }))
    const later = withDay(after([], { signals }), day(100))
    expect(later === 'known' ? [] : later.signals).toEqual(signals.slice(0, 1))
  })

  it('is left out when a figure of it cannot be read: it is not none', () => {
    const data = { user_id: 'u', day: '2026-04-02', records_opened: 40, records_exported: 10, active_hours: office }
    const change = (given: object) =>
      changeOf({ type: 'people.work_day.summarized', data: { ...data, ...given } } as WorkEvent, new Date('2026-04-03'))
    expect(change({})?.(after([]))).not.toBe('known')
    for (const member of ['records_opened', 'records_exported', 'active_hours'])
      expect(change({ [member]: undefined })).toBeUndefined()
  })

  it('to come is left out, and so are hours that no day has: all others would be too old, or could not be read', () => {
    const now = new Date('2026-04-03T00:00:00Z')
    const data = { user_id: 'u', records_opened: 40, records_exported: 10 }
    const dayOf = (on: string, hours: readonly number[]) =>
      changeOf(
        { type: 'people.work_day.summarized', data: { ...data, day: on, active_hours: hours } } as WorkEvent,
        now,
      )
    expect(dayOf('2026-04-04', office)).toBeUndefined()
    const next = dayOf('2026-04-03', [-1, 0, 9, 9, 23, 24])?.(emptyHistory())
    expect(next === 'known' ? [] : next?.days[0]?.hours).toEqual([0, 9, 23])
    const changeAt = (at: string) => ({ user_id: 'u', change: 'notice_withdrawn', changed_at: at })
    const employment = (at: string) =>
      changeOf({ type: 'people.employment.changed', data: changeAt(at) } as WorkEvent, now)
    expect(employment('2026-04-04T00:00:00.000Z')).toBeUndefined()
    expect(employment('2026-04-02T00:00:00.000Z')).toBeDefined()
  })

  it('long ago leaves what can be read again', () => {
    const given = { change: 'notice_given', changedAt: '1960-03-05T08:00:00Z', effectiveOn: '1961-01-01' } as const
    for (const next of [
      withEmployment(emptyHistory(), given),
      withEmployment(emptyHistory(), { ...given, change: 'role_changed' }),
      withDay(emptyHistory(), { ...day(0), day: dayNumberOf('1969-12-20') }),
    ])
      expect(next === 'known' || WorkHistory.safeParse(next).success).toBe(true)
  })
})
