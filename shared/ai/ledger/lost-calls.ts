// Closes the calls of processes that ended before they said how the calls went.
import { isAppError } from '../../errors.ts'
import { retryOnConflict } from '../../store/retry-on-conflict.ts'
import type { Row, Store } from '../../store/store.ts'
import { type AiReservation, aiCallTable } from './ai-call-table.ts'
import { closingOperations, closingsAtOnce, lostCallOf } from './closing.ts'

type Parts = { readonly store: Store; readonly now: () => Date; readonly signal: AbortSignal }

const pageSize = 500
/** A row of the sums of its own, so that the sweep and the instances do not wait for each other. */
const shard = 'lost'

/**
 * A call is lost when its lease is gone: a lease is given back only when none of its calls is open, and ended by others only when its process has
 * not touched it for long.
 * @returns how many calls are still open, and how many were closed
 */
export const closeLostCalls = async (
  { store, now, signal }: Parts,
  tenantId: string,
): Promise<{ readonly open: number; readonly closed: number }> => {
  const table = store.open(aiCallTable)
  const calls: Row<AiReservation>[] = []
  // Before the leases: a call that is begun in between has a lease that is not looked for.
  for await (const row of table.reservation.each({ tenantId }, { signal, pageSize })) calls.push(row)
  if (calls.length === 0) return { open: 0, closed: 0 }
  const leases = new Set<string>()
  for await (const { value } of table.lease.each({ tenantId }, { pageSize })) leases.add(value.leaseId)
  const lost = calls.filter(({ value }) => !leases.has(value.leaseId))
  let closed = 0
  for (let at = 0; at < lost.length && !signal.aborted; at += closingsAtOnce)
    closed += await closeSome({ store, now, signal }, lost.slice(at, at + closingsAtOnce))
  return { open: calls.length - closed, closed }
}

/** Those that somebody else closes at the same moment are left to them. */
const closeSome = async ({ store, now, signal }: Parts, some: readonly Row<AiReservation>[]): Promise<number> => {
  const table = store.open(aiCallTable)
  let present = some
  const close = async (): Promise<number> => {
    const closings = present.map((reservation) => ({ reservation, call: lostCallOf(reservation.value, now()) }))
    await table.transaction(await closingOperations(store, closings, shard))
    return closings.length
  }
  return retryOnConflict(
    async () => {
      try {
        return await close()
      } catch (error) {
        if (!isAppError(error, 'conflict')) throw error
        const again = await Promise.all(present.map(({ value }) => table.reservation.get(value)))
        present = again.filter((row) => row !== undefined)
        if (present.length === 0) return 0
        throw error
      }
    },
    { signal },
  )
}
