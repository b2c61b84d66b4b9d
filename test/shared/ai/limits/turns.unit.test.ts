// Work of which one step is done at a time: when it is looked for again.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createTurns } from '../../../../shared/ai/limits/turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('is looked for at the soonest time that was asked for, also when a later one was asked for before', async () => {
  let due = false
  let again: number | undefined
  let steps = 0
  const turns = createTurns({
    hasWork: () => due,
    step: async () => {
      steps += 1
      due = false
    },
    againInMs: () => again,
  })
  const doOne = async (againInMs: number): Promise<void> => {
    due = true
    again = againInMs
    turns.kick()
    await vi.advanceTimersByTimeAsync(0)
  }
  await doOne(60_000)
  await doOne(10)
  expect(steps).toBe(2)
  due = true
  again = undefined
  await vi.advanceTimersByTimeAsync(11)
  expect(steps).toBe(3)
})

it('is looked for when its rest is over, also when nothing was done as it came', async () => {
  let isDue = false
  let steps = 0
  const turns = createTurns({
    hasWork: () => isDue,
    step: async () => {
      steps += 1
      isDue = false
    },
    againInMs: () => (steps === 0 ? 500 : undefined),
  })
  // It rests: there is nothing to do yet.
  turns.kick()
  await vi.advanceTimersByTimeAsync(499)
  expect(steps).toBe(0)
  isDue = true
  await vi.advanceTimersByTimeAsync(2)
  expect(steps).toBe(1)
})
