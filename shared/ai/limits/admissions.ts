// Lets calls of models in (AI-2): within the limits of the tenant's tier over all instances, each in its turn; and closes them.
import { randomUUID } from 'node:crypto'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import type { Row, Store } from '../../store/store.ts'
import type { AiReservation } from '../ledger/ai-call-table.ts'
import { type Settlement, callOf } from '../ledger/closing.ts'
import type { Account } from './account.ts'
import { createAccounts } from './accounts.ts'
import { type Lane, type LaneName, type LanePlaces, type Place, createLane } from './lane.ts'
import { limitHeaders, limitReached } from './refusal.ts'
import type { CallDraft } from './reservation-queue.ts'
import type { Slot } from './slots.ts'
import { type Timings, usualTimings } from './timings.ts'

export type CallRequest = {
  readonly tenantId: string
  /** As Hub says (`AiTiers`). */
  readonly tier: AiTier
  /** Absent for a call without a person. */
  readonly userId?: string | undefined
  readonly feature: string
  /** Whose queue it stands in. */
  readonly modelClass: string
  /** Tokens that the prompt has at most. */
  readonly promptBound: number
  /** Tokens that the answer may have at most. */
  readonly ceiling: number
  /** Of the caller: who leaves, leaves the queue. */
  readonly signal: AbortSignal
  /** Until when it may wait to be let in. */
  readonly deadline: Date
  /** How long it may take once it is in, 10 minutes at most. */
  readonly callMsMax?: number | undefined
}

/** A call that is let in. One of `settle` and `cancel` has to be called; another one after it does nothing. */
export type Admission = {
  readonly callId: string
  /** `enterprise`: it may use the deployment that is for Enterprise alone. */
  readonly lane: LaneName
  /** What is left of the limits, and how long it has waited. */
  readonly headers: Readonly<Record<string, string>>
  readonly queuedMs: number
  /** Aborted when the call has to end: the caller has left, its time is up, or its place is no longer its own. */
  readonly signal: AbortSignal
  /** The model was called, and this is how it went. Resolves when it is in the ledger; never throws. */
  readonly settle: (settlement: Settlement) => Promise<void>
  /** No model was called: it counts for nothing. */
  readonly cancel: () => Promise<void>
}

/** A call that no model has to answer. */
export type RecordedCall = Pick<Admission, 'callId' | 'headers'>

export type AiAdmissions = {
  /**
   * @throws AppError `ai-limit-reached`, `ai-busy`, `ai-call-too-large`; `storage-unavailable` when nothing can be counted; the reason of
   * the signal when it is aborted
   */
  readonly admit: (request: CallRequest) => Promise<Admission>
  /**
   * Counts a call that no model has to answer, as one request without tokens. It stands in no queue and takes no place.
   * @throws AppError as `admit`
   */
  readonly record: (
    request: Omit<CallRequest, 'promptBound' | 'ceiling' | 'callMsMax'>,
    settlement: Settlement,
  ) => Promise<RecordedCall>
  /** Ends leases of dead processes. */
  readonly endDeadLeases: (tenantId: string) => Promise<number>
  /** The process ends: closes what is over, and gives back what is leased. */
  readonly close: () => Promise<void>
}

type Parts = {
  readonly store: Store
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly clock?: () => number
  readonly timings?: Timings
  readonly placesOf?: (modelClass: string) => LanePlaces
}

const callMsMost = 600_000
/** Of one process. */
const usualPlaces: LanePlaces = { shared: 32, enterprise: 16 }

export const createAiAdmissions = ({
  store,
  now,
  clock = () => performance.now(),
  timings = usualTimings,
  placesOf = () => usualPlaces,
}: Parts): AiAdmissions => {
  const accounts = createAccounts({ store, now, clock, timings })
  const lanes = new Map<string, Lane>()
  const laneOf = (modelClass: string): Lane => {
    const lane = lanes.get(modelClass) ?? createLane({ places: placesOf(modelClass), clock })
    lanes.set(modelClass, lane)
    return lane
  }

  return {
    admit: async (request) => {
      const { tenantId, tier, signal, deadline, promptBound, ceiling } = request
      signal.throwIfAborted()
      const begunAt = clock()
      const patience = () => ({ signal, waitMs: deadline.getTime() - now().getTime() })
      const account = accounts.of(tenantId, tier)
      const slot = await account.takeSlot(promptBound + ceiling, {
        ...patience(),
        tooLate: () => limitReached('concurrency', tenantId, account.known(), now().getTime()),
      })
      let place: Place | undefined
      try {
        place = await laneOf(request.modelClass).enter(tier, patience())
        const queuedMs = Math.round(clock() - begunAt)
        const reservation = await account.reserve(draftOf(request, promptBound + ceiling, now()), {
          ...patience(),
          tooLate: () => limitReached('requests', tenantId, account.known(), now().getTime()),
        })
        return admissionOf({ account, slot, place, reservation, request, queuedMs, now })
      } catch (error) {
        place?.release()
        slot.release()
        throw error
      }
    },
    record: async (request, settlement) => {
      const { tenantId, tier, signal, deadline } = request
      signal.throwIfAborted()
      const account = accounts.of(tenantId, tier)
      const reservation = await account.reserve(draftOf(request, 0, now()), {
        signal,
        waitMs: deadline.getTime() - now().getTime(),
        tooLate: () => limitReached('requests', tenantId, account.known(), now().getTime()),
      })
      const known = account.known()
      // Nobody waits for the ledger.
      void account.close({ reservation, call: callOf(reservation.value, settlement, now()) })
      return { callId: reservation.value.callId, headers: known ? limitHeaders(known, now().getTime()) : {} }
    },
    endDeadLeases: accounts.endDeadLeases,
    close: accounts.close,
  }
}

const draftOf = (
  { userId, feature, modelClass }: Pick<CallRequest, 'userId' | 'feature' | 'modelClass'>,
  tokens: number,
  now: Date,
): CallDraft => ({
  callId: randomUUID(),
  ...(userId !== undefined && { userId }),
  feature,
  modelClass,
  openedAt: now.toISOString(),
  tokens,
})

type Admitted = {
  readonly account: Account
  readonly slot: Slot
  readonly place: Place
  readonly reservation: Row<AiReservation>
  readonly request: CallRequest
  readonly queuedMs: number
  readonly now: () => Date
}

const admissionOf = ({ account, slot, place, reservation, request, queuedMs, now }: Admitted): Admission => {
  const known = account.known()
  const ending = endingOf(request, slot)
  let isOver = false
  const close = async (settlement?: Settlement): Promise<void> => {
    if (isOver) return
    isOver = true
    ending.stop()
    place.release()
    slot.release()
    await account.close({ reservation, call: settlement && callOf(reservation.value, settlement, now()) })
  }
  return {
    callId: reservation.value.callId,
    lane: place.lane,
    headers: {
      ...(known && limitHeaders(known, now().getTime())),
      'x-ai-queued-ms': String(queuedMs),
    },
    queuedMs,
    signal: ending.signal,
    settle: (settlement) => close(settlement),
    cancel: () => close(),
  }
}

/** When a call has to end. Not `AbortSignal.timeout`: it would keep what the call read in memory until then. */
const endingOf = ({ signal, callMsMax = callMsMost }: CallRequest, { lost }: Slot) => {
  const timeIsUp = new AbortController()
  const ms = Math.min(callMsMax, callMsMost)
  const timer = setTimeout(
    () => timeIsUp.abort(new DOMException(`The call of the model took longer than ${ms} ms.`, 'TimeoutError')),
    ms,
  )
  return { signal: AbortSignal.any([signal, lost, timeIsUp.signal]), stop: () => clearTimeout(timer) }
}
