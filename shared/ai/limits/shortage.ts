// What is short for an account, and who is refused for it. What was short is not asked for again for a while; leases of dead processes are looked for.
import { log } from '../../telemetry/log.ts'
import type { HeldLease } from './held-lease.ts'
import { refusalOf } from './refusal.ts'

type Parts = {
  readonly tenantId: string
  readonly lease: Pick<HeldLease, 'known'>
  readonly now: () => Date
  /** Monotonic milliseconds. */
  readonly clock: () => number
  /** Looks for leases of the dead, which may be in the way. True when one was ended. */
  readonly onShortage: () => Promise<boolean>
}

export type Shortage = {
  /** Why a call of so many tokens cannot be let in now; undefined when it can, as far as is known. */
  readonly refusalOf: (tokens: number) => Error | undefined
  /** There were too few requests or tokens. */
  readonly noteAmounts: () => void
  /** There were too few slots. */
  readonly noteSlots: () => void
  /** There were too few requests or tokens a moment ago: more are not asked for. */
  readonly isOfAmounts: () => boolean
  /** In how many milliseconds more slots may be asked for; 0 or less for now. */
  readonly slotsAgainInMs: () => number
}

const amountsPauseMs = { least: 300, most: 900 }
const slotsPauseMs = { least: 100, most: 400 }

const between = ({ least, most }: { least: number; most: number }): number => least + Math.random() * (most - least)

export const createShortage = ({ tenantId, lease, now, clock, onShortage }: Parts): Shortage => {
  let amountsAgainAt = 0
  let slotsAgainAt = 0

  const lookForDead = async (): Promise<void> => {
    try {
      if (await onShortage()) amountsAgainAt = 0
    } catch (error) {
      log.warn('ai.lease.not_looked_at', { tenantId, error })
    }
  }

  return {
    refusalOf: (tokens) => {
      const known = lease.known()
      return known && refusalOf(tokens, tenantId, known, now().getTime())
    },
    noteAmounts: () => {
      amountsAgainAt = clock() + between(amountsPauseMs)
      void lookForDead()
    },
    noteSlots: () => {
      slotsAgainAt = clock() + between(slotsPauseMs)
      void lookForDead()
    },
    isOfAmounts: () => clock() < amountsAgainAt,
    slotsAgainInMs: () => slotsAgainAt - clock(),
  }
}
