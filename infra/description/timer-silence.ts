// How long a timer may be silent before it counts as dead.
import { type Ncrontab, parseNcrontab } from '@theone/functions-host/ncrontab'

/** Azure Monitor looks back two days at most, and has to see an hour more than the silence. */
const minutesMax = 2_820
const slackMinutes = 15
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Twice its longest pause within a week, and a quarter of an hour. @param schedule six-field NCRONTAB in UTC */
export const silentMinutesMax = (schedule: string): number => {
  const { fields, next } = parseNcrontab(schedule)
  const roundMs = roundOf(fields)
  const from = new Date(0)
  let longestMs = 0
  let at = next(from) ?? from
  while (at.getTime() < roundMs) {
    const following = next(at)
    if (!following) throw new Error(`The schedule ${schedule} ends.`)
    longestMs = Math.max(longestMs, following.getTime() - at.getTime())
    at = following
  }
  return Math.min(minutesMax, Math.ceil((2 * longestMs) / 60_000) + slackMinutes)
}

/** After which it begins anew: to look at every minute of a week takes a second. */
const roundOf = ([, , hours, days, months, weekdays]: Ncrontab['fields']): number => {
  const isDaily = days?.length === 31 && months?.length === 12 && weekdays?.length === 7
  if (!isDaily) return 7 * dayMs
  return hours?.length === 24 ? hourMs : dayMs
}
