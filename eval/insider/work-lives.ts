// Sixty days of people's work: roles, part time, holidays, ends of months, on-call weeks, a migration for which everybody exports much, new roles, and notice.
import type { WorkDay } from '../../functions/ai/insider-signals/work-history.ts'
import { gammaPoisson } from '../behaviour/draws.ts'
import { type Random, randomOf } from '../random.ts'

/** A Monday, as a number of days since 1970. */
export const firstDay = 20_458
export const daysLived = 60

type Role = {
  readonly opened: number
  readonly exported: number
  readonly begins: number
  /** Exports of the last three days of a month, compared with others. */
  readonly monthEnd: number
  /** Every fourth week they answer at night. */
  readonly isOnCall: boolean
}

const roles: readonly Role[] = [
  { opened: 90, exported: 4, begins: 8, monthEnd: 1, isOnCall: false },
  { opened: 60, exported: 12, begins: 9, monthEnd: 2, isOnCall: false },
  { opened: 45, exported: 25, begins: 7, monthEnd: 6, isOnCall: false },
  { opened: 30, exported: 2, begins: 10, monthEnd: 1, isOnCall: false },
  { opened: 70, exported: 5, begins: 8, monthEnd: 1, isOnCall: true },
  { opened: 25, exported: 8, begins: 8, monthEnd: 3, isOnCall: false },
]

export type Life = {
  readonly days: readonly WorkDay[]
  /** In part time: three days a week. */
  readonly isPartTime: boolean
  /** The first day of another role. */
  readonly roleSince: number | null
  /** Notice was given, and what they know is handed over. */
  readonly noticeOn: number | null
}

/** Of everybody in one organization alike, which are sixteen people: half of the organizations have none. */
const migrationOf = (seed: number): number | undefined =>
  Math.floor(seed / 16) % 2 === 0 ? 40 + (Math.floor(seed / 32) % 15) : undefined

export const lifeOf = (seed: number): Life => {
  const random = randomOf(seed)
  const isPartTime = random.chance(0.2)
  const [first, second] = [random.pick(roles), random.pick(roles)]
  const changes = random.chance(0.12) ? random.between(10, 45) : undefined
  const holiday = random.chance(0.4) ? random.between(0, 50) : undefined
  const notice = random.chance(0.15) ? random.between(25, 50) : undefined
  const busy = random.chance(0.15) ? random.between(20, 55) : undefined
  const migration = migrationOf(seed)
  const days: WorkDay[] = []
  for (let at = 0; at < daysLived; at += 1) {
    const role = changes !== undefined && at >= changes ? second : first
    const isOff = holiday !== undefined && at >= holiday && at < holiday + 12
    const day = dayOf(random, role, {
      at,
      worksToday: !isOff && isWorkday(at, isPartTime),
      factor: (notice !== undefined && at > notice && random.chance(0.2) ? 2.5 : 1) * (isNear(at, busy, 4) ? 1.8 : 1),
      late: isNear(at, busy, 4) ? 3 : 0,
      moved: isNear(at, migration, 3) && random.chance(0.7) ? random.between(100, 900) : 0,
    })
    if (day) days.push(day)
  }
  const dayNumber = (at: number | undefined): number | null => (at === undefined ? null : firstDay + at)
  return { days, isPartTime, roleSince: dayNumber(changes), noticeOn: dayNumber(notice) }
}

const isNear = (at: number, from: number | undefined, days: number): boolean =>
  from !== undefined && at >= from && at < from + days

const isWorkday = (at: number, isPartTime: boolean): boolean => at % 7 < (isPartTime ? 3 : 5)

type Given = {
  readonly at: number
  readonly worksToday: boolean
  readonly factor: number
  /** Hours that they stay longer. */
  readonly late: number
  readonly moved: number
}

/** Nothing of days on which they were not at work at all. */
const dayOf = (random: Random, role: Role, { at, worksToday, factor, late, moved }: Given): WorkDay | undefined => {
  const night =
    role.isOnCall && Math.floor(at / 7) % 4 === 1 && random.chance(0.5) ? [2, 3, 4].slice(random.between(0, 1)) : []
  if (!worksToday && night.length === 0) return undefined
  const begins = role.begins + random.between(-1, 1)
  const lasts = random.between(7, 9) + late
  const hours = worksToday
    ? Array.from({ length: lasts }, (_, hour) => begins + hour).filter(() => random.chance(0.85))
    : []
  const isMonthEnd = [26, 27, 28, 56, 57, 58].includes(at)
  return {
    day: firstDay + at,
    opened: gammaPoisson(random, role.opened * factor, 0.15),
    exported: gammaPoisson(random, role.exported * factor * (isMonthEnd ? role.monthEnd : 1), 0.5) + moved,
    hours: [...new Set([...night, ...hours])].filter((hour) => hour < 24),
  }
}
