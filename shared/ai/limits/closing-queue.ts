// Calls of one account that are over and not closed in the store yet: closed in turn, several at once, again after a failure. One that is alone is
// closed at once; those that follow it closely wait a moment, and are closed together.
import { setTimeout } from 'node:timers/promises'
import { isAppError } from '../../errors.ts'
import { log } from '../../telemetry/log.ts'
import type { Row, Store } from '../../store/store.ts'
import { type AiLease, aiCallTable } from '../ledger/ai-call-table.ts'
import { type Closing, closingOperations, closingsAtOnce } from '../ledger/closing.ts'
import { type Spending, afterSpending } from './grant.ts'
import type { Timings } from './timings.ts'

type Parts = {
  readonly store: Store
  readonly tenantId: string
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly clock: () => number
  /** Names the rows of sums that this process writes. */
  readonly shard: string
  readonly timings: Pick<Timings, 'closeEveryMs'>
  /** Somebody waits for what they give back. */
  readonly isHurried: () => boolean
  readonly onWork: () => void
}

type Queued = { closing: Closing; readonly addedAt: number; readonly done: () => void }

export type ClosingQueue = {
  readonly add: (closing: Closing) => Promise<void>
  readonly length: () => number
  readonly isDue: () => boolean
  /** There are some that can be closed now, due or not. */
  readonly isReady: () => boolean
  readonly dueInMs: () => number
  /** The store is away. */
  readonly putOff: () => void
  /**
   * Closes some. What they have not used goes back to the lease.
   * @returns the lease after it; `unsure` when it may be another one than is known
   */
  readonly write: (lease: Row<AiLease>) => Promise<Row<AiLease> | 'unsure'>
  /** Resolves when all are closed, after some seconds in any case. */
  readonly whenEmpty: () => Promise<void>
}

/** What could not be closed for so long is left to the sweep. */
const patienceMs = 10 * 60_000
const queuedMax = 10_000
const shutMs = 5_000
const shutPauseMs = 20
const pauseMsMax = 5_000

export const createClosingQueue = (parts: Parts): ClosingQueue => {
  const { tenantId, clock, isHurried, onWork } = parts
  let queue: readonly Queued[] = []
  const pace = createPace(parts)
  const dueAt = (): number => pace.goesOnAt({ isHurried: isHurried() || queue.length >= closingsAtOnce })
  const isReady = (): boolean => queue.length > 0 && clock() >= pace.goesOnAt({ isHurried: true })
  const finish = (some: readonly Queued[]): void => {
    const gone = new Set(some)
    queue = queue.filter((one) => !gone.has(one))
    for (const { done } of some) done()
  }
  const giveUp = (some: readonly Queued[], error: unknown): void => {
    const calls = some.map(({ closing }) => closing.reservation.value.callId)
    if (some.length > 0) log.error('ai.call.not_closed', { tenantId, calls, error })
    finish(some)
  }

  return {
    add: (closing) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const queued = { closing, addedAt: clock(), done: resolve }
      queue = [...queue, queued]
      if (queue.length > queuedMax) giveUp([queued], new Error('Too many calls wait to be closed.'))
      onWork()
      return promise
    },
    length: () => queue.length,
    isDue: () => isReady() && clock() >= dueAt(),
    isReady,
    dueInMs: () => Math.max(1, dueAt() - clock()),
    putOff: pace.failed,
    write: async (lease) => {
      const some = queue.slice(0, closingsAtOnce)
      try {
        const written = await writeClosings(parts, lease, some)
        pace.succeeded()
        finish(some)
        return written
      } catch (error) {
        pace.failed()
        if (isAppError(error, 'internal', 'value-too-large')) giveUp(some, error)
        else if (isAppError(error, 'conflict')) finish(await closedOf(parts, some))
        giveUp(
          queue.filter(({ addedAt }) => clock() - addedAt > patienceMs),
          error,
        )
        return 'unsure'
      }
    },
    whenEmpty: async () => {
      const until = clock() + shutMs
      while (queue.length > 0 && clock() < until) await setTimeout(shutPauseMs)
    },
  }
}

/** When it goes on: later after each failure; after a success, unless somebody waits, when more calls may be closed together. */
const createPace = ({ clock, timings }: Pick<Parts, 'clock' | 'timings'>) => {
  let pausedUntil = 0
  let restsUntil = 0
  let failures = 0
  return {
    goesOnAt: ({ isHurried }: { readonly isHurried: boolean }): number =>
      isHurried ? pausedUntil : Math.max(pausedUntil, restsUntil),
    succeeded: (): void => {
      failures = 0
      restsUntil = clock() + timings.closeEveryMs
    },
    failed: (): void => {
      failures += 1
      pausedUntil = clock() + Math.random() * Math.min(pauseMsMax, 20 * 2 ** failures)
    },
  }
}

const writeClosings = async (
  { store, now, shard }: Parts,
  lease: Row<AiLease>,
  some: readonly Queued[],
): Promise<Row<AiLease>> => {
  const table = store.open(aiCallTable)
  const closings = some.map(({ closing }) => closing)
  const next = { ...afterSpending(lease.value, closings.map(givenBack)), touchedAt: now().toISOString() }
  const operations = await closingOperations(store, closings, shard)
  const [written] = await table.transaction([table.lease.toUpdate(lease, next), ...operations])
  return written as Row<AiLease>
}

/** Those that somebody else has closed, or we have without knowing. Of the others it is read anew what has to be closed. */
const closedOf = async ({ store, tenantId }: Parts, some: readonly Queued[]): Promise<readonly Queued[]> => {
  const rows = store.open(aiCallTable).reservation
  try {
    const present = await Promise.all(
      some.map(({ closing }) => rows.get({ tenantId, callId: closing.reservation.value.callId })),
    )
    for (const [index, one] of some.entries()) {
      const reservation = present[index]
      if (reservation) one.closing = { ...one.closing, reservation }
    }
    return some.filter((_, index) => present[index] === undefined)
  } catch (error) {
    log.warn('ai.call.not_read', { tenantId, error })
    return []
  }
}

/** A call that was not sent counts for nothing; of the others, what was reserved and not used. */
const givenBack = ({ reservation: { value }, call }: Closing): Spending => ({
  minute: value.minute,
  requests: call ? 0 : -1,
  tokens: (call ? call.promptTokens + call.completionTokens : 0) - value.tokens,
})
