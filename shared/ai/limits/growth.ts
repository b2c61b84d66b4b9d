// How much more than it needs a lease takes: twice as much each time within a minute, so that who calls often asks the store seldom, and half of the
// last to begin with in the minute after.
import type { Amounts } from './grant.ts'

const growthMax = 1_000

export type Growth = {
  /** What to ask for beside the need. */
  readonly next: (need: Amounts, minute: number) => Amounts
}

export const createGrowth = (): Growth => {
  let last = { minute: -1, requests: 0, perRequest: 0 }
  return {
    next: (need, minute) => {
      if (need.requests === 0) return { requests: 0, tokens: 0 }
      const perRequest = Math.ceil(need.tokens / need.requests)
      const requests = Math.min(growthMax, moreAfter(last, minute))
      last = { minute, requests, perRequest }
      return { requests, tokens: requests * perRequest }
    },
  }
}

const moreAfter = (last: { readonly minute: number; readonly requests: number }, minute: number): number => {
  if (last.minute === minute) return Math.max(1, last.requests * 2)
  // Who has not called in the minute before: nothing tells yet that there will be more.
  return last.minute === minute - 1 ? Math.floor(last.requests / 2) : 0
}
