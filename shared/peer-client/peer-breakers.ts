// The circuit breakers of one peer: one a tenant, so that a tenant whose data upsets the peer does not cut off the others.
import { type CircuitBreakerPolicy, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel'
import { LRUCache } from 'lru-cache'
import { isFailure } from './peer-attempt.ts'

export type BreakerSettings = {
  /** Consecutive failed attempts (network, timeout, 5xx) that open it. */
  readonly failures: number
  /** How long it stays open before one call may try again. */
  readonly halfOpenAfterMs: number
  /** Breakers kept; beyond it the least recently used tenant starts afresh. */
  readonly tenantsMax: number
}

export type PeerBreaker = {
  readonly policy: CircuitBreakerPolicy
  /** Seconds until the next call may try the peer, at least 1. */
  readonly retryAfterSeconds: () => number
}

export const createPeerBreakers = ({ failures, halfOpenAfterMs, tenantsMax }: BreakerSettings) => {
  const breakers = new LRUCache<string, PeerBreaker>({ max: tenantsMax })
  const create = (): PeerBreaker => {
    const policy = circuitBreaker(
      handleWhenResult((attempt) => isFailure(attempt) && attempt.infrastructure),
      { halfOpenAfter: halfOpenAfterMs, breaker: new ConsecutiveBreaker(failures) },
    )
    let openedAt = 0
    policy.onBreak(() => {
      openedAt = Date.now()
    })
    return {
      policy,
      retryAfterSeconds: () => Math.max(1, Math.ceil((openedAt + halfOpenAfterMs - Date.now()) / 1_000)),
    }
  }
  return {
    of: (tenantId: string): PeerBreaker => {
      const breaker = breakers.get(tenantId) ?? create()
      breakers.set(tenantId, breaker)
      return breaker
    },
  }
}
