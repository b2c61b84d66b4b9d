import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { createRateLimits } from '../../../shared/http/rate-limit.ts'

const perMinute = (count: number) => ({ by: 'address', perMinute: count }) as const

const refusal = async (work: Promise<void>): Promise<AppError> => {
  const thrown: unknown = await work.catch((error: unknown) => error)
  if (!(thrown instanceof AppError)) throw new Error('It was not refused.')
  return thrown
}

describe('a rate', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('lets as many through as it says, and then tells when to come again', async () => {
    const limits = createRateLimits()
    for (let count = 0; count < 3; count++) await limits.count('a', 'mia', perMinute(3))
    vi.advanceTimersByTime(12_500)
    const error = await refusal(limits.count('a', 'mia', perMinute(3)))
    expect(error).toMatchObject({
      code: 'too-many-requests',
      message: 'This caller has made too many requests. Try again in 48 s.',
      details: { retryAfterSeconds: 48 },
    })
  })

  it('is free again after a minute, and not before', async () => {
    const limits = createRateLimits()
    await limits.count('a', 'mia', perMinute(1))
    vi.advanceTimersByTime(59_000)
    expect(await refusal(limits.count('a', 'mia', perMinute(1)))).toMatchObject({ details: { retryAfterSeconds: 1 } })
    vi.advanceTimersByTime(1_001)
    await limits.count('a', 'mia', perMinute(1))
  })

  it('counts each function and each caller for itself', async () => {
    const limits = createRateLimits()
    await limits.count('a', 'mia', perMinute(1))
    await limits.count('b', 'mia', perMinute(1))
    await limits.count('a', 'noah', perMinute(1))
    await limits.count('a', '__proto__', perMinute(1))
    await refusal(limits.count('a', 'mia', perMinute(1)))
    await refusal(limits.count('a', '__proto__', perMinute(1)))
  })

  it('is of each instance alone', async () => {
    await createRateLimits().count('a', 'mia', perMinute(1))
    await createRateLimits().count('a', 'mia', perMinute(1))
  })

  it('lets exactly as many through when all come at once', async () => {
    const limits = createRateLimits()
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => limits.count('a', 'mia', perMinute(20))))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
  })
})
