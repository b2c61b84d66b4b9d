// What one process does for one tenant and tier: it leases of the budget, reserves each call before it is made, and closes it after. All its writes
// go one after the other, as many calls in each as there are.
import { isAppError } from '../../errors.ts'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import type { Row, Store } from '../../store/store.ts'
import { log } from '../../telemetry/log.ts'
import type { AiReservation } from '../ledger/ai-call-table.ts'
import type { Closing } from '../ledger/closing.ts'
import { createClosingQueue } from './closing-queue.ts'
import { createGrowth, nothing } from './growth.ts'
import type { Demand } from './grant.ts'
import { HeldLease } from './held-lease.ts'
import { type Known, storageAway } from './refusal.ts'
import { type CallDraft, createReservationQueue } from './reservation-queue.ts'
import { createShortage } from './shortage.ts'
import { type Slot, createSlotQueue } from './slots.ts'
import { type Timings, lostAfter, touchAfter } from './timings.ts'
import { createTurns } from './turns.ts'
import type { Patience } from './waiting.ts'
import { minuteOf } from './window.ts'

type Parts = {
  readonly store: Store
  readonly tenantId: string
  readonly tier: AiTier
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly clock: () => number
  readonly timings: Timings
  /** Names the rows of sums that this process writes. */
  readonly shard: string
  /** Told before the first lease: the sweep has to know the tenant. */
  readonly onLease: () => Promise<void>
  /** Told while a limit is reached: leases of the dead may be in the way. True when one was ended. */
  readonly onShortage: () => Promise<boolean>
}

const takeBackMax = 5
/** After a failure the lease alone is no reason to ask the store again. */
const failurePauseMs = 1_000

export class Account {
  readonly #parts: Parts
  readonly #lease
  readonly #shortage
  readonly #reservations
  readonly #closings
  readonly #turns = createTurns({
    hasWork: () => this.#hasWork(),
    step: () => this.#step(),
    againInMs: () => this.#againInMs(),
  })
  readonly #slotQueue = createSlotQueue(() => this.#turns.kick())
  readonly #growth = createGrowth()
  #failedUntil = 0
  #isShutting = false

  constructor(parts: Parts) {
    this.#parts = parts
    this.#lease = new HeldLease(parts)
    this.#shortage = createShortage({ ...parts, lease: this.#lease })
    this.#reservations = createReservationQueue(parts)
    this.#closings = createClosingQueue({
      ...parts,
      isHurried: () => this.#isShutting || this.#shortage.isOfAmounts(),
      onWork: () => this.#turns.kick(),
    })
  }

  get leaseId(): string {
    return this.#lease.id
  }

  known(): Known | undefined {
    return this.#lease.known()
  }

  /** The right to have one call open, once there is one. It will reserve so many tokens. */
  takeSlot(tokens: number, patience: Patience): Promise<Slot> {
    this.#lease.use()
    const slot = this.#slotQueue.wait(patience, tokens)
    this.#growth.calls(this.#wantedSlots())
    this.#serveSlots()
    this.#turns.kick()
    return slot
  }

  /** Writes down that the call is open. @throws AppError `ai-limit-reached`, `ai-call-too-large`, `storage-unavailable` */
  reserve(call: CallDraft, patience: Patience): Promise<Row<AiReservation>> {
    this.#lease.use()
    const isShort = this.#shortage.isOfAmounts() && !this.#lease.isMinuteOver()
    const refusal = isShort ? this.#shortage.refusalOf(call.tokens) : undefined
    if (refusal) return Promise.reject(refusal)
    const reservation = this.#reservations.add(call, patience)
    this.#turns.kick()
    return reservation
  }

  /** Resolves when the call is closed in the store, or cannot be: never throws. That may take `closeEveryMs`. */
  close(closing: Closing): Promise<void> {
    this.#lease.use()
    return this.#closings.add(closing)
  }

  /** Looks after the lease: called every few seconds. */
  tick(): void {
    if (!this.#lease.isHeld()) return
    const { timings } = this.#parts
    const untouchedMs = this.#lease.untouchedMs()
    const isUnused = this.#lease.isUnused()
    if (untouchedMs > lostAfter(timings)) this.#lease.lose('It could not be touched in time.')
    else if (isUnused && this.isIdle()) void this.end()
    else if (untouchedMs > touchAfter(timings) || (isUnused && this.#lease.hasUnspent())) this.#lease.doubt()
    this.#turns.kick()
  }

  isIdle(): boolean {
    const waiting = this.#reservations.length() + this.#closings.length() + this.#slotQueue.waiting()
    return this.#lease.slots.open === 0 && waiting === 0 && !this.#reservations.isInDoubt()
  }

  hasLease(): boolean {
    return this.#lease.isHeld()
  }

  /** Gives everything back. */
  async end(): Promise<void> {
    await this.#turns.alone(() => this.#lease.end())
  }

  /** The process ends: what is over is written, and everything is given back. */
  async shut(): Promise<void> {
    this.#isShutting = true
    this.#turns.kick()
    await this.#closings.whenEmpty()
    await this.#turns.whenAtRest()
    if (this.isIdle()) await this.end()
  }

  #hasWork(): boolean {
    return (
      this.#reservations.length() > 0 ||
      this.#closings.isDue() ||
      (this.#isInDoubt() && this.#parts.clock() >= this.#failedUntil) ||
      (this.#slotQueue.waiting() > 0 && this.#shortage.slotsAgainInMs() <= 0)
    )
  }

  #againInMs(): number | undefined {
    if (this.#slotQueue.waiting() > 0) return Math.max(1, this.#shortage.slotsAgainInMs())
    return this.#closings.length() > 0 ? this.#closings.dueInMs() : undefined
  }

  async #step(): Promise<void> {
    const isRenewed = this.#needsLease()
    if (isRenewed && !(await this.#renew())) return
    if (!this.#lease.isHeld()) return
    this.#serveSlots()
    await this.#writeReservations()
    if (isRenewed) {
      await this.#takeBack()
      // Those who came meanwhile may find something the next time.
      if (this.#reservations.refuse(this.#shortage.refusalOf)) this.#shortage.noteAmounts()
    }
    if (this.#closings.isDue()) await this.#writeClosings()
  }

  #needsLease(): boolean {
    if (!this.#lease.isHeld() || this.#isInDoubt()) return true
    if (this.#reservations.length() > 0) {
      const [left, need] = [this.#lease.left(), this.#reservations.need()]
      if (need.requests > left.requests || need.tokens > left.tokens) return true
    }
    return this.#wantedSlots() > this.#lease.slotsToGive() && this.#shortage.slotsAgainInMs() <= 0
  }

  /** @returns whether there is a lease now */
  async #renew(): Promise<boolean> {
    const demand = this.#demand()
    try {
      if (!(await this.#lease.renew(demand))) return false
      for (const reservation of await this.#reservations.readDoubtful()) void this.#closings.add({ reservation })
      if (this.#lease.slotsToGive() < demand.slots) this.#shortage.noteSlots()
      return true
    } catch (error) {
      this.#fail(error)
      return false
    }
  }

  #demand(): Demand {
    const [need, wanted] = [this.#reservations.need(), this.#wantedSlots()]
    const minute = minuteOf(this.#parts.now().getTime())
    const now = { need, left: this.#lease.left(), coming: this.#slotQueue.need(), wanted, minute }
    const inStore = this.#lease.isUnused() ? nothing : this.#growth.inStore(now)
    return { need, slots: wanted, openSlots: this.#lease.slots.open, ...inStore }
  }

  #serveSlots(): void {
    this.#slotQueue.serve(this.#lease.slots, this.#lease.slotsToGive())
  }

  async #writeReservations(): Promise<void> {
    await this.#lease.write(async (lease) => {
      const written = await this.#reservations.write(lease)
      if (!written) return undefined
      if ('lease' in written) {
        for (const reservation of written.unwanted) void this.#closings.add({ reservation })
        return written.lease
      }
      if (!written.isConflict) this.#fail(written.error)
      return 'unsure'
    })
  }

  /** Calls that are over may give back what those need for whom nothing is left: before anybody is refused. */
  async #takeBack(): Promise<void> {
    for (let tries = 0; tries < takeBackMax; tries += 1) {
      if (this.#reservations.length() === 0 || !this.#closings.isReady()) return
      await this.#writeClosings()
      if (this.#lease.isInDoubt()) return
      await this.#writeReservations()
    }
  }

  async #writeClosings(): Promise<void> {
    if (!this.#lease.isInDoubt()) await this.#lease.write((lease) => this.#closings.write(lease))
  }

  /** Nothing can be counted: nobody is let in. */
  #fail(error: unknown): void {
    log.warn('ai.limits.not_counted', { tenantId: this.#parts.tenantId, error })
    const reason = isAppError(error, 'internal') ? error : storageAway(error)
    this.#reservations.refuse(() => reason)
    this.#slotQueue.refuseAll(reason)
    this.#closings.putOff()
    this.#failedUntil = this.#parts.clock() + failurePauseMs
  }

  #isInDoubt(): boolean {
    return this.#reservations.isInDoubt() || this.#lease.isInDoubt()
  }

  /** Calls that are open, and those that wait to be. */
  #wantedSlots(): number {
    return this.#lease.slots.open + this.#slotQueue.waiting()
  }
}
