// When a trouble began, and how people say it.
import type { Random } from '../random.ts'

export type Said = {
  readonly onset: number
  readonly opened: number
  readonly isSaid: boolean
  /** How far it may be from what is said, in milliseconds. */
  readonly toleranceMs: number
  readonly timeZone?: string
  readonly inDescription: (description: string) => string
}

const minuteMs = 60_000
/** Berlin in November. */
const aheadMs = 60 * minuteMs

/** Tickets of a week in November, opened in the morning or at noon. */
export const saidOf = (random: Random): Said => {
  const day = Date.parse('2026-11-16T00:00:00Z') + random.between(0, 4) * 24 * 60 * minuteMs
  const opened = day + random.between(9 * 60, 13 * 60) * minuteMs
  const onset = opened - random.between(40, 150) * minuteMs
  const local = new Date(onset + aheadMs).toISOString()
  const clock = local.slice(11, 16)
  const way = random.pick(['clock', 'clock', 'iso', 'ago', 'morning', 'date', 'utc', 'unsaid', 'zoneless'] as const)
  const berlin = { timeZone: 'Europe/Berlin' }
  const told = { onset, opened, isSaid: true, toleranceMs: 15 * minuteMs }
  const before = (words: string) => (description: string) => `${words} ${description}`
  switch (way) {
    case 'clock':
      return {
        ...told,
        ...berlin,
        inDescription: before(random.pick([`It began at ${clock}.`, `Since ${clock} it has been so.`])),
      }
    case 'iso':
      return { ...told, inDescription: before(`First seen at ${new Date(onset).toISOString().replace('.000Z', 'Z')}.`) }
    case 'date':
      return { ...told, ...berlin, inDescription: before(`Since ${local.slice(8, 10)} November, ${clock}.`) }
    case 'utc':
      return { ...told, inDescription: before(`Since ${new Date(onset).toISOString().slice(11, 16)} UTC.`) }
    case 'ago': {
      const minutes = Math.round((opened - onset) / minuteMs)
      return { ...told, toleranceMs: 35 * minuteMs, inDescription: before(`It started ${minutes} minutes ago.`) }
    }
    case 'morning':
      return {
        ...told,
        ...berlin,
        toleranceMs: Math.max(opened - onset, 7 * 60 * minuteMs),
        inDescription: before('Since this morning.'),
      }
    // A clock, and nobody knows of which zone.
    case 'zoneless':
      return { ...told, toleranceMs: 14 * 60 * minuteMs, inDescription: before(`Since ${clock}.`) }
    case 'unsaid':
      return { ...told, isSaid: false, toleranceMs: opened - onset, inDescription: (description) => description }
  }
}
