// How much more than it needs a lease takes.
import { expect, it } from 'vitest'
import { createGrowth } from '../../../../shared/ai/limits/growth.ts'

const one = { requests: 1, tokens: 10 }
const taken = (minutes: readonly number[]): readonly number[] => {
  const growth = createGrowth()
  return minutes.map((minute) => growth.next(one, minute).requests)
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
  growth.next(one, 7)
  expect(growth.next({ requests: 2, tokens: 50 }, 7)).toEqual({ requests: 1, tokens: 25 })
  expect(growth.next({ requests: 0, tokens: 0 }, 7)).toEqual({ requests: 0, tokens: 0 })
})
