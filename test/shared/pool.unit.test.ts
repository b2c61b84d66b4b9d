// Several at a time.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eachAtOnce } from '../../shared/pool.ts'

const numbers = Array.from({ length: 12 }, (_, index) => index)

/** What was begun, what was done, and how many were at work at most. */
const watched = (work: (item: number) => Promise<void>) => {
  const [begun, done]: [number[], number[]] = [[], []]
  let most = 0
  const watch = async (item: number): Promise<void> => {
    begun.push(item)
    most = Math.max(most, begun.length - done.length)
    await work(item)
    done.push(item)
  }
  return { watch, begun, done, most: () => most }
}

describe('work on many items', () => {
  it('is done for each, in order, at most so many at once', async () => {
    const { watch, begun, done, most } = watched(() => sleep(1))
    await eachAtOnce(numbers, { atOnce: 5 }, watch)
    expect(begun).toEqual(numbers)
    expect(done.toSorted((one, other) => one - other)).toEqual(numbers)
    expect(most()).toBe(5)
  })

  it('begins none after the first failure, waits for those that are at work, and throws that failure', async () => {
    const { watch, begun, done } = watched(async (item) => {
      await sleep(item === 1 ? 5 : 30)
      if (item === 1 || item === 2) throw new Error(`failed at ${item}`)
    })
    await expect(eachAtOnce(numbers, { atOnce: 4 }, watch)).rejects.toThrow('failed at 1')
    expect(begun).toEqual([0, 1, 2, 3])
    expect(done).toEqual([0, 3])
  })

  it('throws what failed even when that is nothing', async () => {
    const failed = eachAtOnce([1], { atOnce: 1 }, () => Promise.reject(undefined as never))
    await expect(failed.then(() => 'done')).rejects.toBeUndefined()
  })

  it('leaves what is left once it is told to stop, without an error', async () => {
    const stop = new AbortController()
    const { watch, done } = watched(async (item) => {
      await sleep(1)
      if (item === 2) stop.abort()
    })
    await eachAtOnce(numbers, { atOnce: 1, signal: stop.signal }, watch)
    expect(done).toEqual([0, 1, 2])
  })
})
