// The one typed HTTP client for every product of The One Stack that this suite calls: time limits, safe retries, circuit breaker.
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
import { errorTable } from '../error-table.ts'
import { AppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'
import { type Attempt, type AttemptFailure, exchange, failureOfThrown, isFailure } from './peer-attempt.ts'
import { type BreakerSettings, type PeerBreaker, createPeerBreakers } from './peer-breakers.ts'
import {
  type PeerAnswer,
  type PeerAnswers,
  type PeerCall,
  type PeerWrite,
  mayBeRepeated,
  noTenant,
} from './peer-call.ts'
import { noteAnswer, noteFailure } from './peer-watch.ts'
import { type PeerFacts, type PeerRequest, type ReadKey, buildPeerRequest } from './peer-request.ts'

type PeerTimeouts = {
  /** One HTTP exchange, up to the last byte of the answer. Default 10,000. */
  readonly attemptMs: number
  /** The whole call with its retries and the waits between them. Default 25,000. */
  readonly deadlineMs: number
}

type PeerRetries = {
  /** Attempts after the first. Default 3. */
  readonly max: number
  /** Wait before the first retry, of which between half and all is waited; it doubles each time. Default 250. */
  readonly initialDelayMs: number
  /** Default 5,000. */
  readonly maxDelayMs: number
}

export type PeerClientOptions = {
  /** Slug of the peer: `psa`, `crm`, `hub`. */
  readonly peer: string
  /** For errors that name the setting to mend. */
  readonly facts?: PeerFacts
  readonly baseUrl: string
  readonly key: ReadKey
  readonly timeouts?: Partial<PeerTimeouts>
  readonly retries?: Partial<PeerRetries>
  readonly breaker?: Partial<BreakerSettings>
  /** Largest answer. Default 5,000,000. */
  readonly bodyBytesMax?: number
  readonly fetch?: typeof globalThis.fetch
  /** Told of every call for an organization that changes something, before it is sent and when it failed. What it throws ends the call. */
  readonly onWrite?: ((write: PeerWrite) => Promise<void>) | undefined
}

export type PeerClient = {
  readonly peer: string
  /**
   * Resolves with one of the declared answers.
   *
   * @throws AppError `peer-unavailable` (network, 5xx, 429, open breaker), `peer-timeout`, `peer-unauthorized` (401, 403),
   * `peer-rejected` (other 4xx), `peer-invalid-response` (redirect, wrong content type, too large, not the contract's shape),
   * each with `details.peer`, `operation`, `attempts` and, where known, `peerStatus` and `retryAfterSeconds`;
   * `not-configured` when the base URL or the key cannot be used
   */
  readonly call: <const Answers extends PeerAnswers>(call: PeerCall<Answers>) => Promise<PeerAnswer<Answers>>
}

type Settings = Omit<PeerClientOptions, 'breaker'> & {
  readonly timeouts: PeerTimeouts
  readonly retries: PeerRetries
  readonly bodyBytesMax: number
  readonly fetch: typeof globalThis.fetch
}

/** Of a file of some megabytes. */
const fileTimeouts: PeerTimeouts = { attemptMs: 60_000, deadlineMs: 120_000 }

/** Does nothing until the first call, and throws nothing: a bad base URL or key is the failure of the call that needs it. */
export const createPeerClient = (options: PeerClientOptions): PeerClient => {
  const settings: Settings = {
    bodyBytesMax: 5_000_000,
    // Looked up at the call, so that whatever instruments `fetch` later is seen.
    fetch: (...args) => globalThis.fetch(...args),
    ...options,
    timeouts: { attemptMs: 10_000, deadlineMs: 25_000, ...options.timeouts },
    retries: { max: 3, initialDelayMs: 250, maxDelayMs: 5_000, ...options.retries },
  }
  const breakers = createPeerBreakers({ failures: 5, halfOpenAfterMs: 15_000, tenantsMax: 1_000, ...options.breaker })
  return {
    peer: settings.peer,
    call: async <const Answers extends PeerAnswers>(call: PeerCall<Answers>) => {
      const request = await buildPeerRequest(settings, call)
      const write = writeOf(settings.peer, call)
      if (write) await settings.onWrite?.(write)
      const patient = call.fileBytesMax === undefined ? settings : { ...settings, timeouts: fileTimeouts }
      const run = { settings: patient, breaker: breakers.of(call.tenantId), call, request }
      const result = await withNewerKey(run, await runAttempts(run))
      logCall(settings.peer, call, result)
      if (isFailure(result.attempt)) {
        const error = toPeerError(settings.peer, call, result.attempt, result.attempts)
        noteFailure(settings.peer, error)
        if (write) await settings.onWrite?.({ ...write, failure: error.code }).catch(logUnrecorded(write))
        throw error
      }
      noteAnswer(settings.peer)
      // The status is one of the declared ones, and its schema made the body.
      return result.attempt as unknown as PeerAnswer<Answers>
    },
  }
}

/** Nothing for what only reads, and for what concerns no organization. */
const writeOf = (peer: string, { method, operation, tenantId, path }: PeerCall<PeerAnswers>): PeerWrite | undefined =>
  method === 'GET' || tenantId === noTenant ? undefined : { peer, operation, tenantId, path }

const logUnrecorded =
  ({ peer, operation, tenantId }: PeerWrite) =>
  (error: unknown): void =>
    log.error('peer.failure.not_recorded', { peer, operation, tenantId, error })

type Run = {
  readonly settings: Settings
  readonly breaker: PeerBreaker
  readonly call: PeerCall<PeerAnswers>
  readonly request: PeerRequest
}

type Result = { readonly attempt: Attempt; readonly attempts: number; readonly ms: number }

const runAttempts = async ({ settings, breaker, call, request }: Run): Promise<Result> => {
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

/**
 * A key that the peer refuses may have been replaced a moment ago: once more with the newer one, if there is one. What was refused was not
 * carried out, so any call may be made again.
 */
const withNewerKey = async (run: Run, result: Result): Promise<Result> => {
  const { settings, call, request } = run
  if (!isFailure(result.attempt) || result.attempt.status !== 401) return result
  const renewed = await buildPeerRequest(settings, call, request.key).catch((error: unknown) => {
    log.warn('peer.key.not_renewed', { peer: settings.peer, error })
    return request
  })
  if (renewed.key === request.key) return result
  log.info('peer.key.renewed', { peer: settings.peer })
  const deadlineMs = Math.max(settings.timeouts.deadlineMs - result.ms, 0)
  const again = await runAttempts({
    ...run,
    request: renewed,
    settings: { ...settings, timeouts: { ...settings.timeouts, deadlineMs } },
  })
  return { ...again, attempts: result.attempts + again.attempts, ms: result.ms + again.ms }
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

const toPeerError = (
  peer: string,
  { operation }: PeerCall<PeerAnswers>,
  { code, reason, status, retryAfterSeconds, cause }: AttemptFailure,
  attempts: number,
): AppError => {
  const tried = attempts === 1 ? 'failed after 1 attempt' : `failed after ${attempts} attempts`
  const outcome = attempts === 0 ? 'was not made' : tried
  const advice = status === 429 ? 'Repeat it after the time that Retry-After gives.' : errorTable[code].advice
  return new AppError(code, `The call "${operation}" to ${peer} ${outcome}: ${reason}. ${advice}`, {
    cause,
    details: {
      peer,
      operation,
      attempts,
      ...(status !== undefined && { peerStatus: status }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
    },
  })
}

const logCall = (
  peer: string,
  { operation, tenantId }: PeerCall<PeerAnswers>,
  { attempt, attempts, ms }: Result,
): void => {
  const fields = { peer, operation, tenantId, status: attempt.status, attempts, ms: Math.round(ms) }
  if (isFailure(attempt)) log.warn('peer.call.failed', { ...fields, code: attempt.code, reason: attempt.reason })
  else log.info('peer.call.completed', fields)
}
