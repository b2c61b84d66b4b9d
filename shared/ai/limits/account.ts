// What one process does for one tenant and tier: it leases of the budget, reserves each call before it is made, and closes it after. All its writes
// go one after the other, as many calls in each as there are.
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { isAppError } from '../../errors.ts'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import type { Row, Store } from '../../store/store.ts'
import { log } from '../../telemetry/log.ts'
import type { AiLease, AiReservation } from '../ledger/ai-call-table.ts'
import type { Closing } from '../ledger/closing.ts'
import { createClosingQueue } from './closing-queue.ts'
import { createGrowth, nothing } from './growth.ts'
import { type Amounts, type Demand, leftOf } from './grant.ts'
import { type Leased, endLease, renewLease } from './leasing.ts'
import { type Known, limitInTheWay, limitReached, storageAway, tooLarge } from './refusal.ts'
import { type CallDraft, createReservationQueue } from './reservation-queue.ts'
import { type Slot, createSlotQueue, newSlots } from './slots.ts'
import { type Timings, lostAfter, touchAfter } from './timings.ts'
import { createTurns } from './turns.ts'
import type { Patience } from './waiting.ts'
import { minuteOf } from './window.ts'

export type AccountParts = {
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
const shutLooks = 100
const shutPauseMs = 20
/** After a failure the lease alone is no reason to ask the store again. */
const failurePauseMs = 1_000
const slotPauseMs = { least: 100, most: 400 }
/** For so long nobody asks again after a budget that had nothing. */
const shortageMs = { least: 300, most: 900 }

const between = ({ least, most }: { least: number; most: number }): number => least + Math.random() * (most - least)

export class Account {
  readonly #parts: AccountParts
  readonly #reservations
  readonly #closings
  readonly #turns = createTurns({
    hasWork: () => this.#hasWork(),
    step: () => this.#step(),
    againInMs: () => this.#againInMs(),
  })
  readonly #slotQueue = createSlotQueue(() => this.#turns.kick())
  readonly #growth = createGrowth()
  #slots = newSlots()
  #leaseId: string = randomUUID()
  #leased: Leased | undefined
  /** The lease as it is known may not be the one in the store. */
  #isUnsure = false
  /** Slots that are leased now may be on their way back. */
  #isRenewing = false
  #touchedAt = 0
  #usedAt: number
  #failedUntil = 0
  #askSlotsAt = 0
  #shortUntil = 0
  #isShutting = false

  constructor(parts: AccountParts) {
    this.#parts = parts
    this.#reservations = createReservationQueue(parts)
    this.#closings = createClosingQueue({
      ...parts,
      isHurried: () => this.#isShutting || parts.clock() < this.#shortUntil,
      onWork: () => this.#turns.kick(),
    })
    this.#usedAt = parts.clock()
  }

  get leaseId(): string {
    return this.#leaseId
  }

  known(): Known | undefined {
    if (!this.#leased) return undefined
    const { budget, limits, lease } = this.#leased
    return { budget, limits, left: leftOf(lease.value) }
  }

  /** The right to have one call open, once there is one. It will reserve so many tokens. */
  takeSlot(tokens: number, patience: Patience): Promise<Slot> {
    this.#usedAt = this.#parts.clock()
    const slot = this.#slotQueue.wait(patience, tokens)
    this.#growth.calls(this.#slots.open + this.#slotQueue.waiting())
    if (this.#leased && !this.#isRenewing) this.#slotQueue.serve(this.#slots, this.#leased.lease.value.slots)
    this.#turns.kick()
    return slot
  }

  /** Writes down that the call is open. @throws AppError `ai-limit-reached`, `ai-call-too-large`, `storage-unavailable` */
  reserve(call: CallDraft, patience: Patience): Promise<Row<AiReservation>> {
    this.#usedAt = this.#parts.clock()
    const isShort = this.#parts.clock() < this.#shortUntil && !this.#isMinuteOver()
    const refusal = isShort ? this.#refusalFor(call.tokens) : undefined
    if (refusal) return Promise.reject(refusal)
    const reservation = this.#reservations.add(call, patience)
    this.#turns.kick()
    return reservation
  }

  /** Resolves when the call is closed in the store, or cannot be: never throws. That may take `closeEveryMs`. */
  close(closing: Closing): Promise<void> {
    this.#usedAt = this.#parts.clock()
    return this.#closings.add(closing)
  }

  /** Looks after the lease: called every few seconds. */
  tick(): void {
    const { clock, timings } = this.#parts
    if (!this.#leased) return
    const untouchedMs = clock() - this.#touchedAt
    const isUnused = this.#isUnused()
    if (untouchedMs > lostAfter(timings)) this.#lose('It could not be touched in time.')
    else if (isUnused && this.isIdle()) void this.end()
    else if (untouchedMs > touchAfter(timings) || (isUnused && this.#hasUnspent())) this.#isUnsure = true
    this.#turns.kick()
  }

  isIdle(): boolean {
    const waiting = this.#reservations.length() + this.#closings.length() + this.#slotQueue.waiting()
    return this.#slots.open === 0 && waiting === 0 && !this.#reservations.isInDoubt()
  }

  hasLease(): boolean {
    return this.#leased !== undefined
  }

  /** Gives everything back. */
  async end(): Promise<void> {
    await this.#turns.alone(async () => {
      const lease = this.#leased?.lease
      if (!lease) return
      this.#leased = undefined
      this.#leaseId = randomUUID()
      try {
        await endLease(this.#parts.store, lease)
      } catch (error) {
        // The lease ends as that of a dead process would.
        log.warn('ai.lease.not_ended', { tenantId: this.#parts.tenantId, error })
      }
    })
  }

  /** The process ends: what is over is written, and everything is given back. */
  async shut(): Promise<void> {
    this.#isShutting = true
    this.#turns.kick()
    await this.#closings.whenEmpty()
    for (let looks = 0; this.#turns.isAtWork() && looks < shutLooks; looks += 1) await setTimeout(shutPauseMs)
    if (this.isIdle()) await this.end()
  }

  #hasWork(): boolean {
    const now = this.#parts.clock()
    return (
      this.#reservations.length() > 0 ||
      this.#closings.isDue() ||
      (this.#isInDoubt() && now >= this.#failedUntil) ||
      (this.#slotQueue.waiting() > 0 && now >= this.#askSlotsAt)
    )
  }

  #againInMs(): number | undefined {
    if (this.#slotQueue.waiting() > 0) return Math.max(1, this.#askSlotsAt - this.#parts.clock())
    return this.#closings.length() > 0 ? this.#closings.dueInMs() : undefined
  }

  async #step(): Promise<void> {
    const isRenewed = this.#needsLease()
    if (isRenewed && !(await this.#renew())) return
    const lease = this.#leased?.lease
    if (!lease) return
    this.#slotQueue.serve(this.#slots, lease.value.slots)
    await this.#writeReservations(lease)
    if (isRenewed) {
      await this.#takeBack()
      this.#refuseShort()
    }
    if (this.#closings.isDue()) await this.#writeClosings()
  }

  /** Calls that are over may give back what those need for whom nothing is left: before anybody is refused. */
  async #takeBack(): Promise<void> {
    for (let tries = 0; tries < takeBackMax; tries += 1) {
      if (this.#reservations.length() === 0 || !this.#closings.isReady()) return
      await this.#writeClosings()
      const lease = this.#leased?.lease
      if (!lease || this.#isUnsure) return
      await this.#writeReservations(lease)
    }
  }

  #isUnused(): boolean {
    return this.#parts.clock() - this.#usedAt > this.#parts.timings.idleMs
  }

  #isInDoubt(): boolean {
    return this.#reservations.isInDoubt() || (this.#isUnsure && this.#leased !== undefined)
  }

  #isMinuteOver(): boolean {
    return !this.#leased || minuteOf(this.#parts.now().getTime()) > this.#leased.lease.value.minute
  }

  #needsLease(): boolean {
    if (!this.#leased || this.#isInDoubt()) return true
    const { lease } = this.#leased
    if (this.#reservations.length() > 0) {
      const [left, need] = [leftOf(lease.value), this.#reservations.need()]
      if (this.#isMinuteOver() || need.requests > left.requests || need.tokens > left.tokens) return true
    }
    const wanted = this.#slots.open + this.#slotQueue.waiting()
    return wanted > lease.value.slots && this.#parts.clock() >= this.#askSlotsAt
  }

  #hasUnspent(): boolean {
    const lease = this.#leased?.lease.value
    return lease !== undefined && (leftOf(lease).requests > 0 || lease.slots > this.#slots.open)
  }

  /** Why a call of so many tokens cannot be let in now; undefined when it can, as far as is known. */
  #refusalFor(tokens: number): Error | undefined {
    const known = this.known()
    const kind = known && limitInTheWay(known, tokens)
    if (!kind) return undefined
    return (
      tooLarge(tokens, known.limits) ?? limitReached(kind, this.#parts.tenantId, known, this.#parts.now().getTime())
    )
  }

  /** @returns whether there is a lease now */
  async #renew(): Promise<boolean> {
    const { store, tenantId, tier, now, clock, onLease } = this.#parts
    const sentAt = clock()
    const need = this.#reservations.need()
    const wanted = this.#slots.open + this.#slotQueue.waiting()
    const demand = { need, slots: wanted, openSlots: this.#slots.open, ...this.#inStore(need, wanted) }
    this.#isRenewing = true
    try {
      if (!this.#leased) await onLease()
      const isHeld = this.#leased !== undefined
      const lessee = { tenantId, tier, leaseId: this.#leaseId }
      const leased = await renewLease({ store, lessee, now, isHeld, demand })
      if (!leased) {
        this.#lose('Others have ended it.')
        return false
      }
      this.#leased = leased
      this.#isUnsure = false
      this.#touchedAt = sentAt
      for (const reservation of await this.#reservations.readDoubtful()) void this.#closings.add({ reservation })
      if (leased.lease.value.slots < wanted) this.#waitForSlots()
      return true
    } catch (error) {
      if (this.#leased) this.#isUnsure = true
      this.#fail(error)
      return false
    } finally {
      this.#isRenewing = false
    }
  }

  #inStore(need: Amounts, wanted: number): Pick<Demand, 'more' | 'moreSlots'> {
    if (this.#isUnused()) return nothing
    const left = this.#leased && !this.#isMinuteOver() ? leftOf(this.#leased.lease.value) : nothing.more
    const minute = minuteOf(this.#parts.now().getTime())
    return this.#growth.inStore({ need, left, coming: this.#slotQueue.need(), wanted, minute })
  }

  #waitForSlots(): void {
    this.#askSlotsAt = this.#parts.clock() + between(slotPauseMs)
    void this.#lookForDead()
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

  /** After the lease was renewed. Those who came meanwhile may find something the next time. */
  #refuseShort(): void {
    if (!this.#reservations.refuse((tokens) => this.#refusalFor(tokens))) return
    this.#shortUntil = this.#parts.clock() + between(shortageMs)
    void this.#lookForDead()
  }

  async #lookForDead(): Promise<void> {
    try {
      if (await this.#parts.onShortage()) this.#shortUntil = 0
    } catch (error) {
      log.warn('ai.lease.not_looked_at', { tenantId: this.#parts.tenantId, error })
    }
  }

  async #writeReservations(lease: Row<AiLease>): Promise<void> {
    const sentAt = this.#parts.clock()
    const written = await this.#reservations.write(lease)
    if (!written) return
    if ('lease' in written) {
      this.#adopt(written.lease, sentAt)
      for (const reservation of written.unwanted) void this.#closings.add({ reservation })
      return
    }
    this.#isUnsure = true
    if (!written.isConflict) this.#fail(written.error)
  }

  async #writeClosings(): Promise<void> {
    const lease = this.#leased?.lease
    if (!lease || this.#isUnsure) return
    const sentAt = this.#parts.clock()
    const written = await this.#closings.write(lease)
    if (written === 'unsure') this.#isUnsure = true
    else this.#adopt(written, sentAt)
  }

  #adopt(lease: Row<AiLease>, sentAt: number): void {
    if (!this.#leased) return
    this.#leased = { ...this.#leased, lease }
    this.#touchedAt = sentAt
  }

  /** Its calls have to end: what it had is for others now. */
  #lose(why: string): void {
    const { tenantId } = this.#parts
    log.error('ai.lease.lost', { tenantId, leaseId: this.#leaseId, open: this.#slots.open, why })
    this.#slots.lost.abort(storageAway(new Error(`The lease of this call is lost. ${why}`)))
    this.#slots = newSlots()
    this.#leased = undefined
    this.#isUnsure = false
    this.#leaseId = randomUUID()
  }
}
