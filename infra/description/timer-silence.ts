// How long a timer may be silent before it counts as dead.
import { parseNcrontab } from '@theone/functions-host/ncrontab'

/** Azure Monitor looks back two days at most, and has to see an hour more than the silence. */
const minutesMax = 2_820
const slackMinutes = 15

/** Twice its longest pause within a week, and a quarter of an hour. @param schedule six-field NCRONTAB in UTC */
export const silentMinutesMax = (schedule: string): number => {
  const { next } = parseNcrontab(schedule)
  const weekMs = 7 * 86_400_000
  const from = new Date(0)
  let longestMs = 0
  let at = next(from) ?? from
  while (at.getTime() < weekMs) {
    const following = next(at)
    if (!following) throw new Error(`The schedule ${schedule} ends.`)
    longestMs = Math.max(longestMs, following.getTime() - at.getTime())
    at = following
    if (longestMs < 60_000 && at.getTime() > 3_600_000) break
  }
  return Math.min(minutesMax, Math.ceil((2 * longestMs) / 60_000) + slackMinutes)
}
