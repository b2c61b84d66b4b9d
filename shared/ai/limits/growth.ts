// How much more than it needs a lease takes: twice as much each time within a minute, so that who calls often asks the store seldom, and half of the
// last to begin with in the minute after. And what it keeps: whatever the reason of a renewal, what was in store stays there.
import { type Amounts, type Demand, noAmounts } from './grant.ts'

const growthMax = 1_000

type InStore = Pick<Demand, 'more' | 'moreSlots'>

type Now = {
  readonly need: Amounts
  /** Of the lease as it is. */
  readonly left: Amounts
  /** Of those who wait for a slot: they reserve next. */
  readonly coming: Amounts
  /** Calls that are open, and those that wait to be. */
  readonly wanted: number
  readonly minute: number
}

export type Growth = {
  /** So many calls are open, or wait to be. */
  readonly calls: (count: number) => void
  /** What to ask for beside the need. */
  readonly inStore: (now: Now) => InStore
}

export const nothing: InStore = { more: noAmounts, moreSlots: 0 }

export const createGrowth = (): Growth => {
  let last = { minute: -1, requests: 0 }
  /** Calls at once lately: half as many with each renewal, so that instances with little to do keep no slots from those with more. */
  let peak = 0

  const grown = (need: Amounts, minute: number): Amounts => {
    const requests = Math.min(growthMax, moreAfter(last, minute))
    last = { minute, requests }
    return { requests, tokens: requests * Math.ceil(need.tokens / need.requests) }
  }
  const kept = ({ left, coming }: Now): Amounts => ({
    requests: Math.max(left.requests, coming.requests),
    tokens: Math.max(left.tokens, coming.tokens),
  })

  return {
    calls: (count) => {
      peak = Math.max(peak, count)
    },
    inStore: (now) => {
      peak = Math.max(now.wanted, Math.floor(peak / 2))
      const more = now.need.requests > 0 ? grown(now.need, now.minute) : kept(now)
      return { more, moreSlots: peak - now.wanted }
    },
  }
}

const moreAfter = (last: { readonly minute: number; readonly requests: number }, minute: number): number => {
  if (last.minute === minute) return Math.max(1, last.requests * 2)
  // Who has not called in the minute before: nothing tells yet that there will be more.
  return last.minute === minute - 1 ? Math.floor(last.requests / 2) : 0
}
