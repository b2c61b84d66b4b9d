// Lets one run of a timer work at a time: a short lease that the run renews, so that one that was killed blocks the next for seconds only.
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { randomToken } from '../auth/digest.ts'
import { isAppError } from '../errors.ts'
import type { Row } from '../store/entity.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'

const Lease = z.strictObject({ timer: z.string(), holder: z.string(), until: z.iso.datetime() })
type Lease = z.infer<typeof Lease>

/** Which run of a timer may work now. The host has a lease of its own, which can be lost while a run goes on. */
export const timerLeaseTable = table('timerLeases', {
  lease: rowKind({
    schema: Lease,
    partition: ['timer'],
    key: [],
    keepFor: { days: 30 },
    dataOf: { nobody: 'Which run of a timer works' },
  }),
})

export type LeaseTimes = {
  /** How long a lease stands without being renewed. */
  readonly leaseMs: number
  /** How often it is renewed. */
  readonly renewMs: number
  /** How long a run waits for the lease of another: longer than that of a dead one lasts. */
  readonly waitMs: number
  readonly pollMs: number
}

const usualTimes: LeaseTimes = { leaseMs: 30_000, renewMs: 10_000, waitMs: 40_000, pollMs: 1_000 }

type Leasing = { readonly store: Store; readonly timer: string; readonly now: () => Date; readonly times?: LeaseTimes }

/**
 * Works once the lease is ours. False when another run still renews its own after the wait: then that one does the work.
 * @param work gets a signal that is aborted when the lease is lost
 */
export const underLease = async (
  { times = usualTimes, ...leasing }: Leasing,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<boolean> => {
  const run = { ...leasing, times, holder: randomToken() }
  const taken = await takeInTime(run)
  if (!taken) return false
  const lost = new AbortController()
  const done = new AbortController()
  const renewing = renewUntil(done.signal, run, taken, () => lost.abort())
  try {
    await work(lost.signal)
  } finally {
    done.abort()
    const last = await renewing
    if (last) await release(run, last)
  }
  return true
}

type Run = Required<Leasing> & { readonly holder: string }

const rowsOf = ({ store }: Run) => store.open(timerLeaseTable).lease

const leaseOf = ({ timer, holder, now, times }: Run): Lease => ({
  timer,
  holder,
  until: new Date(now().getTime() + times.leaseMs).toISOString(),
})

const takeInTime = async (run: Run): Promise<Row<Lease> | undefined> => {
  const { waitMs, pollMs } = run.times
  let taken = await take(run)
  for (let waited = 0; !taken && waited < waitMs; waited += pollMs) {
    await sleep(pollMs)
    taken = await take(run)
  }
  return taken
}

/** Undefined when another run holds it. */
const take = async (run: Run): Promise<Row<Lease> | undefined> => {
  const rows = rowsOf(run)
  const held = await rows.get({ timer: run.timer })
  if (held && Date.parse(held.value.until) > run.now().getTime()) return undefined
  try {
    return await (held ? rows.update(held, leaseOf(run)) : rows.insert(leaseOf(run)))
  } catch (error) {
    if (isAppError(error, 'conflict')) return undefined
    throw error
  }
}

/** The lease as it stands at the end; undefined when it was lost, of which is told at once. */
const renewUntil = async (
  done: AbortSignal,
  run: Run,
  first: Row<Lease>,
  onLost: () => void,
): Promise<Row<Lease> | undefined> => {
  let current = first
  for (;;) {
    const isOver = await sleep(run.times.renewMs, false, { signal: done }).catch(() => true)
    if (isOver) return current
    try {
      current = await rowsOf(run).update(current, leaseOf(run))
    } catch (error) {
      // A renewal that only failed for now may be made up for by the next one, while the lease lasts.
      if (!isAppError(error, 'conflict') && Date.parse(current.value.until) > run.now().getTime()) continue
      log.warn('timer.lease.lost', { timer: run.timer, error })
      onLost()
      return undefined
    }
  }
}

/** What cannot be given back ends by itself: no reason to fail a run that is done. */
const release = async (run: Run, last: Row<Lease>): Promise<void> => {
  try {
    await rowsOf(run).delete(last)
  } catch (error) {
    log.warn('timer.lease.not_released', { timer: run.timer, error })
  }
}
