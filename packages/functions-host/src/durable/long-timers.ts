// Waits that are longer than a message of Azure Storage can be delayed: they are made of several timers, as the extension and, from schema V3
// on, the library make them (DurableOrchestrationContext.cs, `CreateTimer`, and LongTimerTask.js).
import { eventTypes, type TimerCreated } from './history.ts'

const dayMs = 24 * 3_600_000
const shortestLongMs = 6 * dayMs
const partMs = 3 * dayMs

/** As .NET writes them: what the library is told. */
export const timerDurations = {
  maximumShortTimerDuration: '6.00:00:00',
  longRunningTimerIntervalDuration: '3.00:00:00',
} as const

/** When the timer that is made now fires, and until when the wait goes on after it. */
export const partOfWait = (until: string, now: Date): Pick<TimerCreated, 'FireAt' | 'LongUntil'> =>
  Date.parse(until) - now.getTime() > shortestLongMs
    ? { FireAt: new Date(now.getTime() + partMs).toISOString(), LongUntil: until }
    : { FireAt: until }

/** The timer after a part that has fired. */
export const nextPart = (
  part: TimerCreated & { readonly LongUntil: string },
  EventId: number,
  now: Date,
): TimerCreated => ({
  EventType: eventTypes.TimerCreated,
  EventId,
  Timestamp: now.toISOString(),
  ...partOfWait(part.LongUntil, now),
  RetryOf: part.RetryOf ?? part.EventId,
})
