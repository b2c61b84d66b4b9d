// How often a signal is one, and whether those who copy, come at night or do both are found.
import { newSignals } from '../../functions/ai/insider-signals/signal-rules.ts'
import {
  type WorkDay,
  type WorkHistory,
  emptyHistory,
  withDay,
} from '../../functions/ai/insider-signals/work-history.ts'
import type { Measure } from '../measure.ts'
import { type Part, parts } from '../part.ts'
import { type Random, randomOf } from '../random.ts'
import { type Life, daysLived, firstDay, lifeOf } from './work-lives.ts'

const feature = 'insider-signals'
const peopleMax = 200
const daysAMonth = 30

const planted = {
  'leaver who copies': { isLeaving: true, copies: true, isAtNight: false, bar: 0.8 },
  'leaver who comes at night': { isLeaving: true, copies: false, isAtNight: true, bar: 0.8 },
  'copying at night': { isLeaving: false, copies: true, isAtNight: true, bar: 0.9 },
  // By the rules never a signal: a report may have to be made.
  'copying by day of who stays': { isLeaving: false, copies: true, isAtNight: false, bar: undefined },
} as const
type Plan = (typeof planted)[keyof typeof planted]

/** From then on something may be planted. */
const plantedFrom = firstDay + daysLived

export const measureInsiders = (part: Part, max: number): readonly Measure[] => {
  const names = Object.keys(planted) as (keyof typeof planted)[]
  const found = Object.fromEntries(names.map((name) => [name, { full: 0, of: 0, partTime: 0, ofPartTime: 0 }]))
  const falsely = { signals: 0, leavers: 0, people: 0, gone: 0 }
  for (let index = 0; index < Math.min(max, peopleMax); index += 1) {
    const seed = index * parts.length + parts.indexOf(part) + 1
    const life = lifeOf(seed)
    const signals = taken(historyOf(life, life.noticeOn), life.days).signals.length
    if (life.noticeOn === null) [falsely.people, falsely.signals] = [falsely.people + 1, falsely.signals + signals]
    else [falsely.gone, falsely.leavers] = [falsely.gone + 1, falsely.leavers + signals]
    for (const [at, name] of names.entries()) {
      const counts = found[name]
      if (!counts || isUnjudged(life)) continue
      const isFound = finds(randomOf(seed * names.length + at), life, planted[name])
      if (life.isPartTime) [counts.ofPartTime, counts.partTime] = [counts.ofPartTime + 1, counts.partTime + isFound]
      else [counts.of, counts.full] = [counts.of + 1, counts.full + isFound]
    }
  }
  const months = daysLived / daysAMonth
  return [
    {
      feature,
      name: 'signals a person-month that are false',
      right: falsely.signals,
      of: falsely.people * months,
      most: 0.005,
    },
    {
      feature,
      name: 'the same, of who has given notice',
      right: falsely.leavers,
      of: falsely.gone * months,
      most: 0.1,
    },
    ...names.flatMap((name) => {
      const { full = 0, of = 0, partTime = 0, ofPartTime = 0 } = found[name] ?? {}
      return [
        { feature, name: `${name} found`, right: full, of, bar: planted[name].bar },
        { feature, name: `${name} found, in part time`, right: partTime, of: ofPartTime },
      ]
    }),
  ]
}

/** A role that is new is learned first, as the rules say. */
const isUnjudged = ({ roleSince }: Life): boolean => roleSince !== null && roleSince > firstDay + 14

const historyOf = ({ roleSince }: Life, noticeOn: number | null): WorkHistory => ({
  ...emptyHistory(),
  roleSince,
  leaving: noticeOn === null ? null : { from: noticeOn, until: noticeOn + 90 },
})

/** Day by day, as they are told. */
const taken = (history: WorkHistory, days: readonly WorkDay[]): WorkHistory => {
  let known = history
  for (const day of days) {
    const next = withDay(known, day)
    if (next !== 'known') known = { ...next, signals: [...next.signals, ...newSignals(next)] }
  }
  return known
}

const finds = (random: Random, life: Life, plan: Plan): number => {
  const before = taken(historyOf(life, plan.isLeaving ? plantedFrom - 10 : null), life.days)
  const after = taken(before, plantedDays(random, life, plan))
  return after.signals.some(({ day }) => day >= plantedFrom) ? 1 : 0
}

/** Three or four days of one week: five to twenty times what was the most on a day of the last weeks; two or three hours of the night. */
const plantedDays = (random: Random, { days }: Life, { copies, isAtNight }: Plan): readonly WorkDay[] => {
  const usual = days.slice(-15)
  const most = Math.max(12, ...usual.map(({ exported }) => exported))
  const isEarly = usual.some(({ hours }) => hours.some((hour) => hour < 6))
  const nightFrom = isEarly ? 22 : random.between(0, 2)
  return Array.from({ length: random.between(3, 4) }, (_, at) => {
    const like = random.pick(usual)
    const night = Array.from({ length: random.between(2, 3) }, (__, hour) => (nightFrom + hour) % 24)
    return {
      day: plantedFrom + at,
      opened: like.opened,
      exported: copies ? most * random.between(5, 20) : like.exported,
      hours: isAtNight ? [...new Set([...like.hours, ...night])] : like.hours,
    }
  })
}
