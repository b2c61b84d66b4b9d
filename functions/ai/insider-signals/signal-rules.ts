// What makes a signal of somebody's work. Rules alone, and such that somebody who works late for once is no signal: the thresholds are those of
// docs/features/insider-signals.md.
import { type Signal, type WorkDay, type WorkHistory, dateOf } from './work-history.ts'

/**
 * What is usual is seen in the 28 days before the last week, of which 15 have to be known; of who works on fewer days, or was away, in up to 42. After a
 * longer absence nothing is.
 */
const usual = { days: 28, daysMax: 42, known: 15 } as const
const weekDays = 7
/** So many times the most of any usual day, and more than anybody has by chance. */
const volume = { times: 4, exported: 50, opened: 200 } as const
/** So many hours in which nobody saw them at work before, nor in those around. */
const hours = { unusual: 2, around: 2 } as const
/** Unusual days of a week: of somebody who leaves; of others, and each by volume and by hours. */
const daysNeeded = { leaving: 2, staying: 3 } as const
/** Between two signals of one person. */
const restDays = 14

type Judged = { readonly volume?: string; readonly hours?: string }

/** The signals that there are not yet, of the last days that are known: days may come late. */
export const newSignals = (history: WorkHistory): readonly Signal[] => {
  const latest = history.days.at(-1)?.day ?? 0
  const found: Signal[] = []
  for (const { day } of history.days) {
    if (day <= latest - restDays) continue
    const isResting = [...history.signals, ...found].some((signal) => Math.abs(signal.day - day) < restDays)
    const signal = isResting ? undefined : signalOf(history, day)
    if (signal) found.push(signal)
  }
  return found
}

const signalOf = (history: WorkHistory, day: number): Signal | undefined => {
  const usualDays = usualDaysBefore(history, day)
  if (usualDays.length < usual.known) return undefined
  const week = history.days
    .filter((one) => one.day > day - weekDays && one.day <= day && one.day >= (history.roleSince ?? 0))
    .map((one) => ({ day: one.day, ...judge(one, usualDays) }))
  const isLeaving = history.leaving !== null && day >= history.leaving.from && day <= history.leaving.until
  const unusual = week.filter((one) =>
    isLeaving
      ? one.volume !== undefined || one.hours !== undefined
      : one.volume !== undefined && one.hours !== undefined,
  )
  const needed = isLeaving ? daysNeeded.leaving : daysNeeded.staying
  if (unusual.length < needed || unusual.at(-1)?.day !== day) return undefined
  return { day, reasons: [...unusual.flatMap(reasonsOf), ...(isLeaving ? [leavingReason] : [])], state: 'open' }
}

const leavingReason = { kind: 'leaving', text: 'Notice has been given.' } as const

const reasonsOf = ({ volume: much, hours: late }: Judged): Signal['reasons'] => [
  ...(much === undefined ? [] : [{ kind: 'unusual_volume' as const, text: much }]),
  ...(late === undefined ? [] : [{ kind: 'unusual_hours' as const, text: late }]),
]

/**
 * A role that is new has to be learned: nothing from before it counts. Days without work say nothing of what is usual at work: after a long absence
 * everything would be unusual.
 */
const usualDaysBefore = ({ days, roleSince }: WorkHistory, day: number): readonly WorkDay[] => {
  const latest = day - weekDays
  const worked = days.filter(
    (one) =>
      one.day <= latest &&
      one.day > latest - usual.daysMax &&
      one.hours.length > 0 &&
      (roleSince === null || one.day >= roleSince),
  )
  const recent = worked.filter((one) => one.day > latest - usual.days)
  return recent.length >= usual.known ? recent : worked.slice(-usual.known)
}

const judge = (day: WorkDay, usualDays: readonly WorkDay[]): Judged => {
  const much = judgeVolume(day, usualDays)
  const late = judgeHours(day, usualDays)
  return { ...(much !== undefined && { volume: much }), ...(late !== undefined && { hours: late }) }
}

const judgeVolume = (day: WorkDay, usualDays: readonly WorkDay[]): string | undefined => {
  for (const [member, verb] of [
    ['exported', 'Exported'],
    ['opened', 'Opened'],
  ] as const) {
    const most = Math.max(...usualDays.map((one) => one[member]))
    if (day[member] >= volume[member] && day[member] >= volume.times * most)
      return `${verb} ${day[member]} records on ${dateOf(day.day)}; on none of ${usualDays.length} days before was it more than ${most}.`
  }
  return undefined
}

const judgeHours = (day: WorkDay, usualDays: readonly WorkDay[]): string | undefined => {
  const seen = new Set(usualDays.flatMap((one) => one.hours))
  const unusual = day.hours.filter((hour) => !isNear(hour, seen)).toSorted((one, other) => one - other)
  if (unusual.length < hours.unusual) return undefined
  const told = unusual.map((hour) => `${String(hour).padStart(2, '0')}:00`).join(', ')
  return `Worked in the hours from ${told} on ${dateOf(day.day)}; on none of ${usualDays.length} days before within ${hours.around} hours of them.`
}

const isNear = (hour: number, seen: ReadonlySet<number>): boolean => {
  for (let step = -hours.around; step <= hours.around; step += 1) if (seen.has((hour + step + 24) % 24)) return true
  return false
}
