// What is kept of one device: what is usual for it, what it has had, and the hours that are not over yet.
import { type Baseline, emptyBaseline, fade, learn, memoryDays } from './baseline.ts'
import { counts, families } from './device-event.ts'
import type { LocalHourOf } from './hour-class.ts'
import { type KnownValues, isKnown, remember } from './known-values.ts'

/** A program or destination by its name, for the reasons. */
export type Example = { readonly digest: number; readonly text: string }

export type OpenHour = {
  /** Since 1970, in UTC. */
  readonly hour: number
  /** As `counts` has them, but for bytes in place of megabytes: whole numbers, whose sum is the same in any order. */
  readonly counts: number[]
  /** Of each family, the digests that were seen. */
  readonly seen: Set<number>[]
  /** Of what was not known, the one of the lowest digest. Users are never named. */
  readonly examples: (Example | undefined)[]
  /** How many it has taken: a later state of the hour has more. */
  events: number
  /** It was unusual when it was last judged; and the score that was told of it then. */
  isUnusual: boolean
  told?: number | undefined
}

export type DeviceMemory = {
  readonly baseline: Baseline
  readonly known: readonly KnownValues[]
  /** By local day: the one as of which the baseline is faded, and the last on which the device was seen. */
  day: number
  /** On how many days it was seen, the last one included: that one is not over. */
  daysSeen: number
  /** At most two, the older first. */
  open: OpenHour[]
}

export const newMemory = (): DeviceMemory => ({
  baseline: emptyBaseline(),
  known: families.map(() => new Map<number, number>()),
  day: 0,
  daysSeen: 0,
  open: [],
})

export const newHour = (hour: number): OpenHour => ({
  hour,
  counts: counts.map(() => 0),
  seen: families.map(() => new Set<number>()),
  examples: families.map(() => undefined),
  events: 0,
  isUnusual: false,
})

export const learningDays = 7
export const fullDays = 14

export type Maturity = 'learning' | 'provisional' | 'full'

export const maturityOf = ({ daysSeen }: DeviceMemory): Maturity =>
  daysSeen <= learningDays ? 'learning' : daysSeen <= fullDays ? 'provisional' : 'full'

/** An unusual hour is learned from as well, or a device with a new purpose would be unusual for ever; but slowly. */
const weightOfUnusual = 0.1

/**
 * Takes an hour that is over into what is usual. An hour in which nothing was seen is never given to it: nobody knows whether the device
 * was idle or nobody looked.
 */
export const closeHour = (memory: DeviceMemory, hour: OpenHour, localHourOf: LocalHourOf): void => {
  const local = localHourOf(hour.hour)
  const news = families.map((_, index) => newsOf(memory, hour, index, local.day).size)
  advance(memory, local.day)
  learn(
    memory.baseline,
    { class: local.class, counts: countsOf(hour), news },
    { weight: hour.isUnusual ? weightOfUnusual : 1, isCapped: maturityOf(memory) !== 'learning' },
  )
  for (const [index, values] of memory.known.entries()) remember(values, hour.seen[index] ?? [], memory.day)
}

/** Of an hour, as `counts` has them. */
export const countsOf = (hour: OpenHour): readonly number[] =>
  counts.map((name, index) => {
    const count = hour.counts[index] ?? 0
    return name === 'megabytes' ? Math.floor(count / 1e6) : count
  })

/** What a family has in this hour, and neither in the 30 days before nor in an earlier hour that is open. @param index of the family */
export const newsOf = (memory: DeviceMemory, hour: OpenHour, index: number, day: number): ReadonlySet<number> => {
  const known = memory.known[index] ?? new Map<number, number>()
  const earlier = memory.open.filter((open) => open.hour < hour.hour).map((open) => open.seen[index])
  const isNew = (digest: number): boolean =>
    !isKnown(known, digest, day) && !earlier.some((seen) => seen?.has(digest) ?? false)
  return new Set([...(hour.seen[index] ?? [])].filter(isNew))
}

/** To a new day, on which the device is seen. After a month away nothing is known of it any more. */
export const advance = (memory: DeviceMemory, day: number): void => {
  if (day <= memory.day) return
  if (memory.daysSeen > 0) {
    const away = day - memory.day
    fade(memory.baseline, away)
    if (away > memoryDays) forget(memory)
  }
  memory.day = day
  memory.daysSeen = Math.min(memory.daysSeen + 1, daysSeenMax)
}

const daysSeenMax = 1_000

const forget = (memory: DeviceMemory): void => {
  for (const numbers of Object.values(memory.baseline)) numbers.fill(0)
  for (const values of memory.known) values.clear()
  memory.daysSeen = 0
}
