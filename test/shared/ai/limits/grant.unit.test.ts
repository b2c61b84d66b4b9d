// Budgets and leases in any order of events: what is spent is never more than the limit.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AiBudget, AiLease } from '../../../../shared/ai/ledger/ai-call-table.ts'
import type { AiLimits } from '../../../../shared/ai/limits/figures.ts'
import { afterReturn, afterSpending, atMinute, grant, leftOf } from '../../../../shared/ai/limits/grant.ts'
import { dayOf } from '../../../../shared/ai/limits/window.ts'

const owner = { tenantId: 't1', tier: 'ai-pro' } as const
const empty: AiBudget = { ...owner, minute: 0, requests: 0, tokens: 0, dayTokens: 0, slots: 0 }
/** So tight that a few events reach them. */
const tight: AiLimits = { requestsPerMinute: 4, tokensPerMinute: 100, tokensPerDay: 180, concurrency: 3 }
const limits: AiLimits = { requestsPerMinute: 20, tokensPerMinute: 1_000, tokensPerDay: 3_000, concurrency: 6 }

type Spent = { requests: number; tokens: number }
type Event =
  | { kind: 'renew'; instance: number; skew: number; requests: number; each: number; more: number; slots: number }
  | { kind: 'call'; instance: number; tokens: number }
  | { kind: 'settle'; instance: number; part: number }
  | { kind: 'die'; instance: number }
  | { kind: 'pass'; minutes: number }

const instance = fc.nat({ max: 3 })
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('renew' as const),
      instance,
      skew: fc.integer({ min: -1, max: 1 }),
      requests: fc.nat({ max: 4 }),
      each: fc.integer({ min: 1, max: 40 }),
      more: fc.nat({ max: 4 }),
      slots: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('call' as const), instance, tokens: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      instance,
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), instance }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: fc.constantFrom(1, 1, 1, 700) }) },
)

/** Long ones: of itself fast-check tries some ten at a time. */
const eventLists = fc.array(event, { minLength: 20, maxLength: 120, size: 'max' })

/** Plays the events as instances and the store would, and keeps books of its own. */
const play = (events: readonly Event[]) => {
  let time = 10_000
  let budget = { ...empty, minute: time }
  const leases = new Map<number, AiLease>()
  const open = new Map<number, { minute: number; tokens: number }[]>()
  const minutes = new Map<number, Spent>()
  const days = new Map<number, number>()
  const book = (minute: number, requests: number, tokens: number): void => {
    const spent = minutes.get(minute) ?? { requests: 0, tokens: 0 }
    minutes.set(minute, { requests: spent.requests + requests, tokens: spent.tokens + tokens })
    days.set(dayOf(minute), (days.get(dayOf(minute)) ?? 0) + tokens)
  }
  const most = { slots: 0 }
  for (const one of events) {
    if (one.kind === 'pass') {
      time += one.minutes
      continue
    }
    const lease = leases.get(one.instance)
    if (one.kind === 'renew') {
      const present = atMinute(budget, time + one.skew)
      const { requests, each, more, slots } = one
      const demand = {
        need: { requests, tokens: requests * each },
        more: { requests: more, tokens: more * each },
        slots,
        openSlots: 0,
        moreSlots: more,
      }
      const next = grant(lease ? afterReturn(present, lease) : present, tight, demand)
      budget = next.budget
      const unspent = { usedRequests: 0, usedTokens: 0, usedDayTokens: 0, touchedAt: '' }
      leases.set(one.instance, { ...owner, leaseId: String(one.instance), ...next.granted, ...unspent })
    } else if (one.kind === 'call' && lease) {
      const left = leftOf(lease)
      if (left.requests < 1 || left.tokens < one.tokens) continue
      const spending = { minute: lease.minute, requests: 1, tokens: one.tokens }
      leases.set(one.instance, afterSpending(lease, [spending]))
      book(lease.minute, 1, one.tokens)
      open.set(one.instance, [...(open.get(one.instance) ?? []), spending])
    } else if (one.kind === 'settle' && lease) {
      const [call, ...others] = open.get(one.instance) ?? []
      if (!call) continue
      const back = Math.floor(call.tokens * one.part)
      leases.set(one.instance, afterSpending(lease, [{ minute: call.minute, requests: 0, tokens: -back }]))
      // What is given back of an earlier minute is over there, and counts for the day alone.
      book(call.minute, 0, -back)
      open.set(one.instance, others)
    } else if (one.kind === 'die' && lease) {
      budget = afterReturn(budget, lease)
      leases.delete(one.instance)
      open.delete(one.instance)
    }
    most.slots = Math.max(
      most.slots,
      [...leases.values()].reduce((sum, { slots }) => sum + slots, 0),
    )
  }
  return { minutes, days, most, budget, leases }
}

describe('what instances spend of a budget', () => {
  it('is never more than the limits of the minute, of the day, and of calls at once, whatever happens in which order', () => {
    fc.assert(
      fc.property(eventLists, (events) => {
        const { minutes, days, most } = play(events)
        for (const { requests, tokens } of minutes.values()) {
          expect(requests).toBeLessThanOrEqual(tight.requestsPerMinute)
          expect(tokens).toBeLessThanOrEqual(tight.tokensPerMinute)
        }
        for (const tokens of days.values()) expect(tokens).toBeLessThanOrEqual(tight.tokensPerDay)
        expect(most.slots).toBeLessThanOrEqual(tight.concurrency)
      }),
      { numRuns: 500 },
    )
  })

  it('is all that the budget holds once every lease is given back', () => {
    fc.assert(
      fc.property(eventLists, (events) => {
        const { minutes, days, budget, leases } = play(events)
        const returned = [...leases.values()].reduce(afterReturn, budget)
        const spent = minutes.get(returned.minute) ?? { requests: 0, tokens: 0 }
        expect(returned).toMatchObject({ requests: spent.requests, tokens: spent.tokens, slots: 0 })
        expect(returned.dayTokens).toBe(days.get(dayOf(returned.minute)) ?? 0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a grant', () => {
  const demand = {
    need: { requests: 2, tokens: 20 },
    more: { requests: 100, tokens: 900 },
    slots: 1,
    openSlots: 0,
    moreSlots: 100,
  }

  it('leaves of what is beyond the need three quarters to others', () => {
    expect(grant(empty, limits, demand).granted).toMatchObject({ requests: 2 + 4, tokens: 20 + 245, slots: 1 + 1 })
  })

  it('is exactly what is left when that is less than the need', () => {
    const { granted } = grant({ ...empty, requests: 19, tokens: 990 }, limits, demand)
    expect(granted).toMatchObject({ requests: 1, tokens: 10, dayTokens: 10 })
  })

  it('never takes away the slot of a call that is open', () => {
    const { granted } = grant({ ...empty, slots: 6 }, limits, { ...demand, slots: 3, openSlots: 2 })
    expect(granted.slots).toBe(2)
  })
})
