// Calls of one account that wait to be written down as open: several in one transaction with the lease that they spend of.
import { isAppError } from '../../errors.ts'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import type { Row, Store } from '../../store/store.ts'
import { type AiLease, type AiReservation, aiCallTable } from '../ledger/ai-call-table.ts'
import { type Amounts, afterSpending, leftOf } from './grant.ts'
import { storageAway } from './refusal.ts'
import { type Patience, type Waiter, createWaiter } from './waiting.ts'

export type CallDraft = Omit<AiReservation, 'tenantId' | 'tier' | 'leaseId' | 'minute'>

type Pending = { readonly call: CallDraft; readonly waiter: Waiter<Row<AiReservation>>; tries: number }

type Written =
  | {
      readonly lease: Row<AiLease>
      /** Whose callers have left in the meantime. */ readonly unwanted: readonly Row<AiReservation>[]
    }
  | { readonly error: unknown; /** The lease was changed: it is tried again. */ readonly isConflict: boolean }

export type ReservationQueue = {
  readonly add: (call: CallDraft, patience: Patience) => Promise<Row<AiReservation>>
  readonly length: () => number
  readonly need: () => Amounts
  /** Writes those for whom the lease has enough, in turn; undefined when it has for none. */
  readonly write: (lease: Row<AiLease>) => Promise<Written | undefined>
  /** @returns whether any was refused */
  readonly refuse: (reasonFor: (tokens: number) => unknown) => boolean
  /** There are calls that were refused, of which it is not known whether they are written. */
  readonly isInDoubt: () => boolean
  /** Those of them that are written. To be asked when the lease was renewed since: what was sent before is written then, or never will be. */
  readonly readDoubtful: () => Promise<readonly Row<AiReservation>[]>
}

type Parts = { readonly store: Store; readonly tenantId: string; readonly tier: AiTier; readonly now: () => Date }

const writtenAtOnce = 50
/** How often a reservation is tried that the lease had changed under. */
const triesMax = 4

export const createReservationQueue = (parts: Parts): ReservationQueue => {
  let queue: readonly Pending[] = []
  let doubtful: readonly string[] = []
  const present = (): readonly Pending[] => {
    queue = queue.filter(({ waiter }) => !waiter.isOver())
    return queue
  }

  const handleFailure = (some: readonly Pending[], error: unknown): Written => {
    const isConflict = isAppError(error, 'conflict')
    for (const pending of some) pending.tries += 1
    const again = isConflict ? some.filter(({ tries }) => tries < triesMax) : []
    if (!isConflict) doubtful = [...doubtful, ...some.map(({ call }) => call.callId)]
    for (const one of some) if (!again.includes(one)) one.waiter.refuse(storageAway(error))
    queue = [...again, ...queue]
    return { error, isConflict }
  }

  return {
    add: (call, patience) => {
      const waiter = createWaiter<Row<AiReservation>>(patience)
      queue = [...queue, { call, waiter, tries: 0 }]
      return waiter.promise
    },
    length: () => present().length,
    need: () => needOf(present()),
    write: async (lease) => {
      const some = fitting(present(), leftOf(lease.value))
      if (some.length === 0) return undefined
      queue = queue.filter((one) => !some.includes(one))
      try {
        const [written, ...rows] = await writeReservations(
          parts,
          lease,
          some.map(({ call }) => call),
        )
        const unwanted = some.flatMap(({ waiter }, index) => {
          const reservation = rows[index] as Row<AiReservation>
          return waiter.serve(reservation) ? [] : [reservation]
        })
        return { lease: written as Row<AiLease>, unwanted }
      } catch (error) {
        return handleFailure(some, error)
      }
    },
    refuse: (reasonFor) => {
      const before = present().length
      for (const { call, waiter } of queue) {
        const reason = reasonFor(call.tokens)
        if (reason !== undefined) waiter.refuse(reason)
      }
      return present().length < before
    },
    isInDoubt: () => doubtful.length > 0,
    readDoubtful: async () => {
      const asked = doubtful
      const found = await readCalls(parts, asked)
      doubtful = doubtful.filter((callId) => !asked.includes(callId))
      return found
    },
  }
}

const needOf = (queue: readonly Pending[]): Amounts => ({
  requests: queue.length,
  tokens: queue.reduce((sum, { call }) => sum + call.tokens, 0),
})

const readCalls = async (
  { store, tenantId }: Parts,
  callIds: readonly string[],
): Promise<readonly Row<AiReservation>[]> => {
  const rows = store.open(aiCallTable).reservation
  const found = await Promise.all(callIds.map((callId) => rows.get({ tenantId, callId })))
  return found.filter((row) => row !== undefined)
}

const fitting = (queue: readonly Pending[], has: Amounts): readonly Pending[] => {
  let { requests, tokens } = has
  return queue
    .filter(({ call }) => {
      if (requests < 1 || (call.tokens > 0 && tokens < call.tokens)) return false
      requests -= 1
      tokens -= call.tokens
      return true
    })
    .slice(0, writtenAtOnce)
}

const writeReservations = (
  { store, tenantId, tier, now }: Parts,
  lease: Row<AiLease>,
  calls: readonly CallDraft[],
): Promise<readonly (Row | undefined)[]> => {
  const table = store.open(aiCallTable)
  const { leaseId, minute } = lease.value
  const spent = calls.map(({ tokens }) => ({ minute, requests: 1, tokens }))
  const next = { ...afterSpending(lease.value, spent), touchedAt: now().toISOString() }
  return table.transaction([
    table.lease.toUpdate(lease, next),
    ...calls.map((call) => table.reservation.toInsert({ ...call, tenantId, tier, leaseId, minute })),
  ])
}
