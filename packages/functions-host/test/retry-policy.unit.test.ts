import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RetryOptions } from '../src/core-types.ts'
import { runWithRetries } from '../src/retry-policy.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Fails `failures` times; gives how long after the start each attempt came, and with which retry count. */
const attempts = async (options: RetryOptions | undefined, failures: number, signal = new AbortController().signal) => {
  const seen: Array<[seconds: number, retryCount: number | undefined]> = []
  const start = Date.now()
  const outcome = runWithRetries(
    options,
    async (context) => {
      seen.push([(Date.now() - start) / 1_000, context?.retryCount])
      if (seen.length <= failures) throw new Error(`failure ${seen.length}`)
      return 'done'
    },
    signal,
  ).catch(String)
  await vi.runAllTimersAsync()
  return { seen, outcome: await outcome }
}

describe('the retry policy of a function', () => {
  it('runs once when there is none', async () => {
    expect(await attempts(undefined, 1)).toEqual({ seen: [[0, undefined]], outcome: 'Error: failure 1' })
  })

  it('waits the same time before each retry, and gives up after the last', async () => {
    const options = { retryStrategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 5 } }
    expect(await attempts(options, 9)).toEqual({
      seen: [
        [0, undefined],
        [5, 1],
        [10, 2],
      ],
      outcome: 'Error: failure 3',
    })
  })

  it('doubles the wait up to its maximum', async () => {
    const options = {
      retryStrategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 2 },
      maximumInterval: { seconds: 6 },
    }
    const { seen, outcome } = await attempts(options, 4)
    expect([seen.map(([seconds]) => seconds), outcome]).toEqual([[0, 2, 6, 12, 18], 'done'])
  })

  it('waits no longer when the host stops', async () => {
    const options = { retryStrategy: 'fixedDelay', maxRetryCount: 5, delayInterval: { seconds: 60 } }
    const stopping = new AbortController()
    setTimeout(() => stopping.abort(), 1_000)
    const { seen, outcome } = await attempts(options, 9, stopping.signal)
    expect([seen.length, outcome]).toEqual([1, 'Error: failure 1'])
  })
})
