// What is known of how much and when somebody works: the last 60 days one by one. Its size has a bound.
import * as z from 'zod'
import { DefendSignalReason } from '../../../shared/peers/defend/signal-contract.ts'

/** Days since 1970, so that they can be counted with. Less than none for a date before: what is told is read again whatever it is. */
const DayNumber = z.int()

const WorkDay = z.strictObject({
  day: DayNumber,
  opened: z.int().min(0),
  exported: z.int().min(0),
  /** Hours of the day in which they were at work, from 0 to 23. */
  hours: z.array(z.int().min(0).max(23)).max(24),
})
export type WorkDay = z.infer<typeof WorkDay>

const Signal = z.strictObject({
  day: DayNumber,
  reasons: z.array(DefendSignalReason),
  /** `open` until Defend has it; `unseen` when People lets nobody see it, and it goes nowhere. */
  state: z.enum(['open', 'told', 'unseen']),
})
export type Signal = z.infer<typeof Signal>

export const WorkHistory = z.strictObject({
  /** In their order. */
  days: z.array(WorkDay),
  /** Notice was given, from this day until the other. */
  leaving: z.strictObject({ from: DayNumber, until: DayNumber }).nullable(),
  /** When it became known last whether notice was given: what is told late changes nothing. */
  leavingAsOf: z.string(),
  /** What was usual before it says nothing of the new role. */
  roleSince: DayNumber.nullable(),
  signals: z.array(Signal),
})
export type WorkHistory = z.infer<typeof WorkHistory>

export const emptyHistory = (): WorkHistory => ({
  days: [],
  leaving: null,
  leavingAsOf: '',
  roleSince: null,
  signals: [],
})

const daysKept = 60
/** People who leave without a day that is known. */
const leavingDaysMax = 180
/** After the last day: what was copied before is found out then. */
const leftDays = 7

const dayMs = 86_400_000

/** @param date `2026-03-01`, as the clocks of the organization show it */
export const dayNumberOf = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs)

export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** `known`: the day is there already, or too old to be. The first summary of a day counts. */
export const withDay = (history: WorkHistory, day: WorkDay): WorkHistory | 'known' => {
  const latest = Math.max(day.day, history.days.at(-1)?.day ?? 0)
  if (day.day <= latest - daysKept || history.days.some((one) => one.day === day.day)) return 'known'
  const days = [...history.days, day].toSorted((one, other) => one.day - other.day)
  return {
    ...history,
    days: days.filter((one) => one.day > latest - daysKept),
    signals: history.signals.filter((signal) => signal.day > latest - daysKept || signal.state === 'open'),
  }
}

type EmploymentChange = {
  readonly change: 'notice_given' | 'notice_withdrawn' | 'role_changed'
  readonly changedAt: string
  readonly effectiveOn: string | null
}

/** `known` when something later is known. */
export const withEmployment = (
  history: WorkHistory,
  { change, changedAt, effectiveOn }: EmploymentChange,
): WorkHistory | 'known' => {
  const on = dayNumberOf(changedAt.slice(0, 10))
  if (change === 'role_changed') {
    const since = effectiveOn === null ? on : dayNumberOf(effectiveOn)
    return since <= (history.roleSince ?? -1) ? 'known' : { ...history, roleSince: since }
  }
  if (changedAt <= history.leavingAsOf) return 'known'
  const until = effectiveOn === null ? on + leavingDaysMax : dayNumberOf(effectiveOn) + leftDays
  return {
    ...history,
    leaving: change === 'notice_given' ? { from: on, until: Math.min(until, on + leavingDaysMax) } : null,
    leavingAsOf: changedAt,
  }
}
