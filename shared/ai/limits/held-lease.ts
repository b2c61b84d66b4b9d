// The lease that an account holds, as far as it knows: begun when it is needed, renewed, lost or given back. The slots of its calls go with it.
import { randomUUID } from 'node:crypto'
import type { AiTier } from '../../peers/hub/vocabulary.ts'
import type { Row, Store } from '../../store/store.ts'
import { log } from '../../telemetry/log.ts'
import type { AiLease } from '../ledger/ai-call-table.ts'
import { type Amounts, type Demand, leftOf, noAmounts } from './grant.ts'
import { type Leased, endLease, renewLease } from './leasing.ts'
import { type Known, storageAway } from './refusal.ts'
import { type Slots, newSlots } from './slots.ts'
import type { Timings } from './timings.ts'
import { minuteOf } from './window.ts'

type Parts = {
  readonly store: Store
  readonly tenantId: string
  readonly tier: AiTier
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly clock: () => number
  readonly timings: Pick<Timings, 'idleMs'>
  /** Told before a lease is begun. */
  readonly onLease: () => Promise<void>
}

export class HeldLease {
  readonly #parts: Parts
  #id: string = randomUUID()
  #slots = newSlots()
  #leased: Leased | undefined
  /** It may not be the one in the store. */
  #isUnsure = false
  #isRenewing = false
  #touchedAt = 0
  #usedAt: number

  constructor(parts: Parts) {
    this.#parts = parts
    this.#usedAt = parts.clock()
  }

  /** Of the lease, and of the next one where none is held. */
  get id(): string {
    return this.#id
  }

  /** The calls that are open on it. */
  get slots(): Slots {
    return this.#slots
  }

  /** Somebody calls: what is left of it is kept. */
  use(): void {
    this.#usedAt = this.#parts.clock()
  }

  /**
   * Gives back what is not spent, and takes anew what is asked for. Begins a lease where none is held.
   * @returns false when it is lost
   * @throws AppError as `renewLease`: the lease is in doubt then
   */
  async renew(demand: Demand): Promise<boolean> {
    const { store, tenantId, tier, now, clock, onLease } = this.#parts
    const sentAt = clock()
    this.#isRenewing = true
    try {
      if (!this.#leased) await onLease()
      const isHeld = this.#leased !== undefined
      const lessee = { tenantId, tier, leaseId: this.#id }
      const leased = await renewLease({ store, lessee, now, isHeld, demand })
      if (!leased) {
        this.lose('Others have ended it.')
        return false
      }
      this.#leased = leased
      this.#isUnsure = false
      this.#touchedAt = sentAt
      return true
    } catch (error) {
      this.doubt()
      throw error
    } finally {
      this.#isRenewing = false
    }
  }

  /**
   * Has something written together with it, if it is held.
   * @param write gives the lease after it; `unsure` when that may be another one than is known; undefined when there was nothing to write
   */
  async write(write: (lease: Row<AiLease>) => Promise<Row<AiLease> | 'unsure' | undefined>): Promise<void> {
    if (!this.#leased) return
    const sentAt = this.#parts.clock()
    const written = await write(this.#leased.lease)
    if (written === 'unsure') this.doubt()
    else if (written) this.#adopt(written, sentAt)
  }

  #adopt(lease: Row<AiLease>, sentAt: number): void {
    // It may be lost by now.
    if (!this.#leased) return
    this.#leased = { ...this.#leased, lease }
    this.#touchedAt = sentAt
  }

  /** It has to be renewed before anything is written with it. */
  doubt(): void {
    if (this.#leased) this.#isUnsure = true
  }

  /** Its calls have to end: what it had is for others now. */
  lose(why: string): void {
    const { tenantId } = this.#parts
    log.error('ai.lease.lost', { tenantId, leaseId: this.#id, open: this.#slots.open, why })
    this.#slots.lost.abort(storageAway(new Error(`The lease of this call is lost. ${why}`)))
    this.#slots = newSlots()
    this.#leased = undefined
    this.#isUnsure = false
    this.#id = randomUUID()
  }

  /** Gives everything back. */
  async end(): Promise<void> {
    const lease = this.#leased?.lease
    if (!lease) return
    this.#leased = undefined
    this.#id = randomUUID()
    try {
      await endLease(this.#parts.store, lease)
    } catch (error) {
      // The lease ends as that of a dead process would.
      log.warn('ai.lease.not_ended', { tenantId: this.#parts.tenantId, error })
    }
  }

  isHeld(): boolean {
    return this.#leased !== undefined
  }

  isInDoubt(): boolean {
    return this.#leased !== undefined && this.#isUnsure
  }

  /** Nobody has called for so long that what is left of it is to be given back. */
  isUnused(): boolean {
    return this.#parts.clock() - this.#usedAt > this.#parts.timings.idleMs
  }

  isMinuteOver(): boolean {
    return !this.#leased || minuteOf(this.#parts.now().getTime()) > this.#leased.lease.value.minute
  }

  untouchedMs(): number {
    return this.#parts.clock() - this.#touchedAt
  }

  /** So many calls may be open. None more while it is renewed: slots may be on their way back. */
  slotsToGive(): number {
    return this.#leased && !this.#isRenewing ? this.#leased.lease.value.slots : 0
  }

  /** What is left to spend in this minute. */
  left(): Amounts {
    return this.#leased && !this.isMinuteOver() ? leftOf(this.#leased.lease.value) : noAmounts
  }

  /** There is something that others could use. */
  hasUnspent(): boolean {
    const lease = this.#leased?.lease.value
    return lease !== undefined && (leftOf(lease).requests > 0 || lease.slots > this.#slots.open)
  }

  known(): Known | undefined {
    if (!this.#leased) return undefined
    const { budget, limits, lease } = this.#leased
    return { budget, limits, left: leftOf(lease.value) }
  }
}
