// Where calls of a model class wait for their turn: so many are at work at once, Enterprise has places of its own, and the higher tier goes first,
// but never for ever.
import { AppError } from '../../errors.ts'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import { type Patience, type Waiter, createWaiter } from './waiting.ts'

/** How many calls of one model class are at work at once in one process. */
export type LanePlaces = {
  readonly shared: number
  /** For Enterprise alone, which takes shared ones when these are taken. */
  readonly enterprise: number
}

export type LaneName = 'shared' | 'enterprise'

export type Place = { readonly lane: LaneName; readonly release: () => void }

export type Lane = {
  /**
   * Resolves when it is the call's turn.
   * @throws AppError `ai-busy` when the queue of the tier is full, or the deadline cannot be held
   */
  readonly enter: (tier: AiTier, patience: Omit<Patience, 'tooLate' | 'onLeave'>) => Promise<Place>
  readonly waiting: () => number
}

type Parts = { readonly places: LanePlaces; readonly clock: () => number }

/**
 * By how much a tier is ahead: a call of Pro goes before those of Basic that came up to so much earlier, and not before others. So whoever has
 * waited for so long is overtaken by nobody any more.
 */
export const headStartMs: Readonly<Record<AiTier, number>> = {
  'ai-basic': 0,
  'ai-pro': 10_000,
  'ai-enterprise': 20_000,
}

/** Each tier has a queue of its own: a flood of one takes no place of the others. */
const queueMax = 500

type Entry = { readonly waiter: Waiter<Place>; readonly rank: number }

export const createLane = ({ places, clock }: Parts): Lane => {
  const queues: Record<AiTier, Entry[]> = { 'ai-basic': [], 'ai-pro': [], 'ai-enterprise': [] }
  const taken: Record<LaneName, number> = { shared: 0, enterprise: 0 }
  const pace = createPace()

  const isFree = (lane: LaneName): boolean => taken[lane] < places[lane]

  const placeOf = (lane: LaneName): Place => {
    const since = clock()
    let isReleased = false
    return {
      lane,
      release: () => {
        if (isReleased) return
        isReleased = true
        taken[lane] -= 1
        pace.note(clock() - since)
        serve()
      },
    }
  }

  const give = (lane: LaneName, queue: Entry[]): void => {
    const next = queue.shift()
    if (next?.waiter.serve(placeOf(lane))) taken[lane] += 1
  }

  const serve = (): void => {
    while (isFree('enterprise') && queues['ai-enterprise'].length > 0) give('enterprise', queues['ai-enterprise'])
    for (let queue = firstOf(queues); queue && isFree('shared'); queue = firstOf(queues)) give('shared', queue)
  }

  const waiting = (): number => Object.values(queues).reduce((sum, queue) => sum + queue.length, 0)

  /** How long the last in the queue will wait, as far as can be told. */
  const expectedMs = (tier: AiTier): number => {
    const atWork = places.shared + (tier === 'ai-enterprise' ? places.enterprise : 0)
    return (queues[tier].length / Math.max(1, atWork)) * pace.callMs()
  }

  return {
    waiting,
    enter: (tier, { signal, waitMs }) => {
      const queue = queues[tier]
      const expected = expectedMs(tier)
      if (queue.length >= queueMax || expected > waitMs) return Promise.reject(busy(expected))
      const entry: Entry = {
        rank: clock() - headStartMs[tier],
        waiter: createWaiter<Place>({
          signal,
          waitMs,
          tooLate: () => busy(expectedMs(tier)),
          onLeave: () => {
            const at = queue.findIndex(({ waiter }) => waiter.isOver())
            if (at !== -1) queue.splice(at, 1)
          },
        }),
      }
      if (!entry.waiter.isOver()) queue.push(entry)
      serve()
      return entry.waiter.promise
    },
  }
}

/** Of those that stand first in their tier, the queue of the one that has waited longest, its head start counted. */
const firstOf = (queues: Readonly<Record<AiTier, Entry[]>>): Entry[] | undefined =>
  Object.values(queues)
    .filter((queue) => queue.length > 0)
    .toSorted((one, other) => (one[0]?.rank ?? 0) - (other[0]?.rank ?? 0))[0]

/** How long calls take, the later ones counting more. */
const createPace = () => {
  let ms = 0
  return {
    note: (took: number): void => {
      ms = ms === 0 ? took : ms * 0.9 + took * 0.1
    },
    callMs: (): number => ms,
  }
}

const busy = (expectedMs: number): AppError => {
  // Those who are refused together do not all come back together.
  const retryAfterSeconds = Math.max(1, Math.min(60, Math.ceil(expectedMs / 1_000))) + Math.floor(Math.random() * 3)
  return new AppError(
    'ai-busy',
    `Too many AI calls wait for their turn to be answered in time. Try again in ${retryAfterSeconds} s.`,
    { details: { retryAfterSeconds } },
  )
}
