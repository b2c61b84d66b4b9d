// The one typed HTTP client for every product of The One Stack that this suite calls: with key, time limits, safe retries and circuit breaker.
import { errorTable } from '../error-table.ts'
import { AppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'
import { type AttemptFailure, isFailure } from './peer-attempt.ts'
import { type BreakerSettings, createPeerBreakers } from './peer-breakers.ts'
import { type PeerAnswer, type PeerAnswers, type PeerCall, type PeerWrite, noTenant } from './peer-call.ts'
import { noteAnswer, noteFailure } from './peer-watch.ts'
import { type PeerFacts, type ReadKey, buildPeerRequest } from './peer-request.ts'
import { type Attempts, type PeerRetries, type PeerTimeouts, type Result, runAttempts } from './peer-retries.ts'

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

type Run = Attempts & { readonly settings: Settings }

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
