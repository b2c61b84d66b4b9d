// Hours of a week as they are compared: 24 of working days and 24 of weekends, as the clocks of the organization show them.

export const hourMs = 3_600_000
const dayMs = 86_400_000

export const classCount = 48

export type LocalHour = {
  /** From 0 to 47. */
  readonly class: number
  /** Days since 1970, by the local calendar. */
  readonly day: number
}

/** @param hour hours since 1970 in UTC */
export type LocalHourOf = (hour: number) => LocalHour

const kept = new Map<string, Intl.DateTimeFormat>()
const zonesMax = 600

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = kept.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  if (kept.size < zonesMax) kept.set(timeZone, made)
  return made
}

/** For one zone. It remembers hours that it was asked for: most events of a batch are of the same few. */
export const localHours = (timeZone: string): LocalHourOf => {
  const format = formatOf(timeZone)
  const known = new Map<number, LocalHour>()
  return (hour) => {
    const before = known.get(hour)
    if (before) return before
    const part = Object.fromEntries(format.formatToParts(hour * hourMs).map(({ type, value }) => [type, Number(value)]))
    const day = Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1) / dayMs
    // The first of January 1970 was a Thursday.
    const weekday = (day + 4) % 7
    const isWeekend = weekday === 0 || weekday === 6
    const local = { class: (isWeekend ? 24 : 0) + (part['hour'] ?? 0), day }
    if (known.size < 10_000) known.set(hour, local)
    return local
  }
}

/** As in "02:00 to 03:00". */
export const clockOf = ({ class: of }: LocalHour): string => {
  const clock = (hour: number): string => `${String(hour % 24).padStart(2, '0')}:00`
  return `${clock(of)} to ${clock(of + 1)}`
}
