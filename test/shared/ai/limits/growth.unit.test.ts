// How much more than it needs a lease takes, and what it keeps.
import { expect, it } from 'vitest'
import { createGrowth } from '../../../../shared/ai/limits/growth.ts'

const none = { requests: 0, tokens: 0 }
const one = { requests: 1, tokens: 10 }
const now = { need: one, left: none, coming: none, wanted: 1, minute: 7 }

const taken = (minutes: readonly number[]): readonly number[] => {
  const growth = createGrowth()
  return minutes.map((minute) => growth.inStore({ ...now, minute }).more.requests)
}

it('takes nothing more for the first call, and twice as much each time within a minute', () => {
  expect(taken([7, 7, 7, 7])).toEqual([0, 1, 2, 4])
})

it('begins with half of the last in the minute after, and with nothing after a minute without calls', () => {
  expect(taken([7, 7, 7, 7, 8, 8])).toEqual([0, 1, 2, 4, 2, 4])
  expect(taken([7, 7, 7, 7, 9, 9])).toEqual([0, 1, 2, 4, 0, 1])
})

it('takes tokens for as many requests, as large as those that wait', () => {
  const growth = createGrowth()
  growth.inStore(now)
  expect(growth.inStore({ ...now, need: { requests: 2, tokens: 50 } }).more).toEqual({ requests: 1, tokens: 25 })
})

it('keeps what is left when it needs nothing, and takes what those reserve next who wait for a slot', () => {
  const growth = createGrowth()
  const left = { requests: 3, tokens: 30 }
  expect(growth.inStore({ ...now, need: none, left }).more).toEqual(left)
  expect(growth.inStore({ ...now, need: none, left, coming: { requests: 1, tokens: 90 } }).more).toEqual({
    requests: 3,
    tokens: 90,
  })
})

it('keeps the slots that were used lately, half as many each time', () => {
  const growth = createGrowth()
  growth.calls(16)
  expect([1, 1, 1, 1].map((wanted) => growth.inStore({ ...now, wanted }).moreSlots)).toEqual([7, 3, 1, 0])
})
