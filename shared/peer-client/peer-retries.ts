// The attempts that one call makes: again where that is safe and the deadline allows it, none while the circuit breaker is open.
import {
  DelegateBackoff,
  TimeoutStrategy,
  halfJitterGenerator,
  handleWhenResult,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
  timeout,
  wrap,
} from 'cockatiel'
import { type Attempt, type AttemptFailure, exchange, failureOfThrown, isFailure } from './peer-attempt.ts'
import type { PeerBreaker } from './peer-breakers.ts'
import { type PeerAnswers, type PeerCall, mayBeRepeated } from './peer-call.ts'
import type { PeerRequest } from './peer-request.ts'

export type PeerTimeouts = {
  /** One HTTP exchange, up to the last byte of the answer. Default 10,000. */
  readonly attemptMs: number
  /** The whole call with its retries and the waits between them. Default 25,000. */
  readonly deadlineMs: number
}

export type PeerRetries = {
  /** Attempts after the first. Default 3. */
  readonly max: number
  /** Wait before the first retry, of which between half and all is waited; it doubles each time. Default 250. */
  readonly initialDelayMs: number
  /** Default 5,000. */
  readonly maxDelayMs: number
}

export type Attempts = {
  readonly settings: {
    readonly timeouts: PeerTimeouts
    readonly retries: PeerRetries
    readonly bodyBytesMax: number
    readonly fetch: typeof globalThis.fetch
  }
  readonly breaker: PeerBreaker
  readonly call: PeerCall<PeerAnswers>
  readonly request: PeerRequest
}

/** How the last attempt went, after how many. */
export type Result = { readonly attempt: Attempt; readonly attempts: number; readonly ms: number }

/** Never rejects for a reason that lies with the peer or the network. */
export const runAttempts = async ({ settings, breaker, call, request }: Attempts): Promise<Result> => {
  const startedAt = performance.now()
  const elapsedMs = (): number => performance.now() - startedAt
  const { timeouts, retries, fetch, bodyBytesMax } = settings
  let attempts = 0
  let lastFailure: AttemptFailure | undefined

  const perAttempt = timeout(timeouts.attemptMs, TimeoutStrategy.Aggressive)
  const attemptOnce = async (signal: AbortSignal): Promise<Attempt> => {
    attempts += 1
    const attempt = await perAttempt
      .execute((limit) => exchange({ fetch, request, bodyBytesMax, ...only(call) }, limit.signal), signal)
      .catch(failureOfThrown)
    if (isFailure(attempt)) lastFailure = attempt
    return attempt
  }

  // The wait is fixed before it is decided on, so that no call sleeps past its deadline only to fail then.
  let waitMs = 0
  const isWorthRetrying = (attempt: unknown): boolean => {
    if (!isFailure(attempt) || !attempt.transient || !mayBeRepeated(call)) return false
    waitMs = Math.max(backoffMs(retries, attempts - 1), (attempt.retryAfterSeconds ?? 0) * 1_000)
    return elapsedMs() + waitMs < timeouts.deadlineMs
  }
  const resilient = wrap(
    timeout(timeouts.deadlineMs, TimeoutStrategy.Aggressive),
    retry(handleWhenResult(isWorthRetrying), { maxAttempts: retries.max, backoff: new DelegateBackoff(() => waitMs) }),
    breaker.policy,
  )
  try {
    const attempt = await resilient.execute(({ signal }) => attemptOnce(signal))
    return { attempt, attempts, ms: elapsedMs() }
  } catch (thrown) {
    const attempt = failureOfPolicy(thrown, breaker, lastFailure)
    return { attempt, attempts, ms: elapsedMs() }
  }
}

const only = ({ answers, fileBytesMax }: PeerCall<PeerAnswers>) => ({ answers, fileBytesMax })

const backoffMs = ({ initialDelayMs, maxDelayMs }: PeerRetries, retried: number): number =>
  halfJitterGenerator(retried, {
    initialDelay: initialDelayMs,
    maxDelay: maxDelayMs,
    exponent: 2,
    generator: halfJitterGenerator,
  })[0]

/** The breaker opened between two attempts: what opened it says more than that it is open. */
const failureOfPolicy = (
  thrown: unknown,
  breaker: PeerBreaker,
  lastFailure: AttemptFailure | undefined,
): AttemptFailure => {
  if (isTaskCancelledError(thrown)) return failureOfThrown(thrown)
  if (!isBrokenCircuitError(thrown)) throw thrown
  return {
    outcome: 'failed',
    code: 'peer-unavailable',
    reason: 'it failed too often, and is left alone for a while',
    transient: true,
    infrastructure: true,
    cause: thrown,
    ...lastFailure,
    retryAfterSeconds: breaker.retryAfterSeconds(),
  }
}
