// Counts requests per minute (R14). Each instance counts on its own: the limit protects the instance and is not a quota.
// By path: the package's index loads the limiters for every database as well, which costs each start several milliseconds.
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js'
import { AppError } from '../errors.ts'

/** At most so many requests a minute, counted by the caller or by the address it comes from. */
export type Rate = { readonly by: 'caller' | 'address'; readonly perMinute: number }

export const usualRate: Rate = { by: 'caller', perMinute: 600 }

/** For doors that need no credential yet: nobody signs in thirty times a minute. */
export const signInRate: Rate = { by: 'address', perMinute: 30 }

export type RateLimits = {
  /** Throws `too-many-requests` once `key` is past its rate for this function. */
  readonly count: (functionName: string, key: string, rate: Rate) => Promise<void>
}

export const createRateLimits = (): RateLimits => {
  const limiters = new Map<number, RateLimiterMemory>()
  const limiterOf = (perMinute: number): RateLimiterMemory => {
    const known = limiters.get(perMinute)
    if (known) return known
    const made = new RateLimiterMemory({ points: perMinute, duration: 60 })
    limiters.set(perMinute, made)
    return made
  }

  return {
    count: async (functionName, key, { perMinute }) => {
      try {
        await limiterOf(perMinute).consume(`${functionName}|${key}`)
      } catch (refusal) {
        throw tooMany(refusal, 'This caller has made too many requests.')
      }
    },
  }
}

const tooMany = (refusal: unknown, text: string): AppError => {
  if (!(refusal instanceof RateLimiterRes))
    return new AppError('internal', 'The requests could not be counted.', { cause: refusal })
  const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
  return new AppError('too-many-requests', `${text} Try again in ${retryAfterSeconds} s.`, {
    details: { retryAfterSeconds },
  })
}
