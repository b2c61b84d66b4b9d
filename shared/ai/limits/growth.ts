// How much more than it needs a lease takes: twice as much each time within a minute, so that who calls often asks the store seldom.
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
      // The first time in a minute nothing tells yet that there will be more.
      const requests = last.minute === minute ? Math.min(growthMax, Math.max(1, last.requests * 2)) : 0
      last = { minute, requests, perRequest }
      return { requests, tokens: requests * perRequest }
    },
  }
}
