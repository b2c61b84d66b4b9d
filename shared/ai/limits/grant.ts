// The arithmetic of budgets and leases: what is returned, what is given. Pure, so that every order of events can be tried.
//
// A budget holds what all leases were given and have not returned. What a lease has spent is never returned, so the sum of what is spent in a
// window is never more than the limit, whoever dies when.
import type { AiBudget, AiLease } from '../ledger/ai-call-table.ts'
import type { AiLimits } from './figures.ts'
import { dayOf } from './window.ts'

/** What a lease may be given. */
export type Amounts = { readonly requests: number; readonly tokens: number }

export const noAmounts: Amounts = { requests: 0, tokens: 0 }

/** What calls that wait need, and what would be good to have beside it for those that come next. */
export type Demand = {
  readonly need: Amounts
  readonly more: Amounts
  /** Calls of the instance that are open, and those that wait to be. */
  readonly slots: number
  /** Of these, the ones that are open: they are never taken away. */
  readonly openSlots: number
  /** What would be good to have beside them, for calls that come next. */
  readonly moreSlots: number
}

/** The budget at a minute: a new minute and a new day begin with nothing spent. The minute never goes back. */
export const atMinute = (budget: AiBudget, minute: number): AiBudget => {
  if (minute <= budget.minute) return budget
  const isSameDay = dayOf(minute) === dayOf(budget.minute)
  return { ...budget, minute, requests: 0, tokens: 0, dayTokens: isSameDay ? budget.dayTokens : 0 }
}

/** The budget once a lease has given back what it has not spent, slots included. What was leased in an earlier window is over with it. */
export const afterReturn = (budget: AiBudget, lease: AiLease): AiBudget => {
  const isSameMinute = lease.minute === budget.minute
  const isSameDay = dayOf(lease.minute) === dayOf(budget.minute)
  return {
    ...budget,
    requests: budget.requests - (isSameMinute ? lease.requests - lease.usedRequests : 0),
    tokens: budget.tokens - (isSameMinute ? lease.tokens - lease.usedTokens : 0),
    dayTokens: budget.dayTokens - (isSameDay ? lease.dayTokens - lease.usedDayTokens : 0),
    slots: Math.max(0, budget.slots - lease.slots),
  }
}

/** How much of what is left beyond the need a lease may have in store: so others find something as well. */
const shareOfRest = 4

const part = (need: number, more: number, left: number): number => {
  const available = Math.max(0, left)
  if (need >= available) return available
  return need + Math.min(more, Math.floor((available - need) / shareOfRest))
}

export type Granted = Pick<AiLease, 'minute' | 'requests' | 'tokens' | 'dayTokens' | 'slots'>

/** What can be given of a budget, and the budget after that. */
export const grant = (
  budget: AiBudget,
  limits: AiLimits,
  { need, more, slots, moreSlots, openSlots }: Demand,
): { readonly granted: Granted; readonly budget: AiBudget } => {
  const requests = part(need.requests, more.requests, limits.requestsPerMinute - budget.requests)
  const ofMinute = part(need.tokens, more.tokens, limits.tokensPerMinute - budget.tokens)
  const tokens = Math.min(ofMinute, Math.max(0, limits.tokensPerDay - budget.dayTokens))
  const free = Math.max(0, limits.concurrency - budget.slots)
  const granted = {
    minute: budget.minute,
    requests,
    tokens,
    dayTokens: tokens,
    slots: Math.max(openSlots, part(slots, moreSlots, free)),
  }
  return {
    granted,
    budget: {
      ...budget,
      requests: budget.requests + requests,
      tokens: budget.tokens + tokens,
      dayTokens: budget.dayTokens + tokens,
      slots: budget.slots + granted.slots,
    },
  }
}

/** What a lease has left to spend. */
export const leftOf = (lease: AiLease): Amounts => ({
  requests: lease.requests - lease.usedRequests,
  tokens: Math.min(lease.tokens - lease.usedTokens, lease.dayTokens - lease.usedDayTokens),
})

/** A change of what a lease has spent: calls that were reserved, or what settled calls give back. */
export type Spending = { readonly minute: number; readonly requests: number; readonly tokens: number }

/** The lease after it. What belongs to an earlier minute or day is over, and changes nothing there. */
export const afterSpending = (lease: AiLease, changes: readonly Spending[]): AiLease => {
  let { usedRequests, usedTokens, usedDayTokens } = lease
  for (const { minute, requests, tokens } of changes) {
    if (minute === lease.minute) {
      usedRequests += requests
      usedTokens += tokens
    }
    if (dayOf(minute) === dayOf(lease.minute)) usedDayTokens += tokens
  }
  return { ...lease, usedRequests, usedTokens, usedDayTokens }
}
