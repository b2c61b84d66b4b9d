// Why an attempt failed, and what that means: for the caller, for a further attempt, for the circuit breaker.
import { AppError } from '../../errors.ts'
import type { ErrorCode } from '../../error-table.ts'

export type ModelErrorCode = Extract<ErrorCode, `model-${string}` | `prompt-${string}` | 'caller-gone'>

type Meaning = {
  /** Another attempt may succeed, here or elsewhere. */
  readonly again: 'anywhere' | 'elsewhere' | 'nowhere'
  /** The provider is down, rather than refusing this one request: counts for the breaker. */
  readonly infrastructure: boolean
  /** Nothing was begun, so nothing was used. */
  readonly isRefusal?: true
  /** The key is not accepted: there may be a newer one. */
  readonly isKeyRefused?: boolean
  /** What the provider said, unless it makes no sense. */
  readonly retryAfterMs?: number | undefined
}

export class ModelFailure extends Error {
  override readonly name = 'ModelFailure'
  readonly code: ModelErrorCode
  readonly meaning: Meaning

  /** @param reason ends the sentence "… could not answer:", and never quotes the provider */
  constructor(code: ModelErrorCode, reason: string, meaning: Meaning, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause })
    this.code = code
    this.meaning = meaning
  }
}

export const asAppError = ({ code, message, cause, meaning }: ModelFailure, attempts: number): AppError => {
  const retryAfterSeconds =
    meaning.retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(meaning.retryAfterMs / 1_000))
  return new AppError(code, `The model could not answer: ${message}.`, {
    cause,
    details: {
      attempts,
      ...(code === 'model-unavailable' && retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  })
}

const brokenOff = { again: 'anywhere', infrastructure: true } as const

const unreached = { ...brokenOff, isRefusal: true } as const

export const failures = {
  gone: () => new ModelFailure('caller-gone', 'the caller left', { again: 'nowhere', infrastructure: false }),
  unreachable: (cause: unknown) =>
    new ModelFailure('model-unavailable', 'it could not be reached, or broke off the connection', unreached, cause),
  /** @param isAnswering the time was over, and not the patience: whoever asks for more than there is time for says nothing of the provider */
  late: (what: string, isAnswering = false) =>
    new ModelFailure('model-timeout', `${what} took too long`, { again: 'elsewhere', infrastructure: !isAnswering }),
  cutOff: (cause?: unknown) =>
    new ModelFailure('model-cut-off', 'its answer broke off before its end', brokenOff, cause),
  malformed: (cause: unknown) =>
    new ModelFailure(
      'model-cut-off',
      'its answer had a part that cannot be read',
      { again: 'anywhere', infrastructure: false },
      cause,
    ),
} as const

type Refusal = {
  readonly status: number
  /** The code or the type of the error, in the words of its wire. */
  readonly code: string | undefined
  readonly message: string
  readonly retryAfterMs: number | undefined
}

/** What an answer that is no 2xx means. The provider's words go into `cause` alone. */
export const failureOfStatus = ({ status, code, message, retryAfterMs }: Refusal): ModelFailure => {
  const cause = new Error(
    `The provider answered ${status}${code === undefined ? '' : ` ${code}`}: ${message.slice(0, 500)}`,
  )
  const lasting = { again: 'nowhere', infrastructure: false, isRefusal: true } as const
  const elsewhere = { again: 'elsewhere', infrastructure: false, isRefusal: true } as const
  if (status === 400 && (code === 'content_filter' || /content filter/i.test(message)))
    return new ModelFailure('prompt-filtered', 'its content filter refused the question', lasting, cause)
  if (status === 413 || isTooLong(status, code, message))
    return new ModelFailure('prompt-too-long', 'the question is longer than it can read', lasting, cause)
  if (status === 401 || status === 403)
    return new ModelFailure(
      'model-unauthorized',
      `it refused our credential (${status})`,
      { ...elsewhere, isKeyRefused: status === 401 },
      cause,
    )
  if (status === 408 || status === 409 || status === 429)
    return new ModelFailure(
      'model-unavailable',
      `it takes no more requests for now (${status})`,
      { again: 'anywhere', infrastructure: false, isRefusal: true, retryAfterMs },
      cause,
    )
  if (status >= 500)
    return new ModelFailure('model-unavailable', `it answered ${status}`, { ...unreached, retryAfterMs }, cause)
  return new ModelFailure(
    'model-refused',
    `it refused the request (${status})`,
    status === 404 ? elsewhere : lasting,
    cause,
  )
}

const isTooLong = (status: number, code: string | undefined, message: string): boolean =>
  status === 400 &&
  (code === 'context_length_exceeded' || /prompt is too long|context (?:length|window)/i.test(message))

/** An error that comes within the stream, after a 200: both wires name it by a word. */
export const failureWithin = (code: string | undefined, message: string): ModelFailure => {
  const cause = new Error(`The provider sent the error ${code ?? ''} within its answer: ${message.slice(0, 500)}`)
  if (code === 'content_filter')
    return new ModelFailure(
      'prompt-filtered',
      'its content filter refused the question',
      { again: 'nowhere', infrastructure: false },
      cause,
    )
  return new ModelFailure('model-unavailable', 'it failed in the middle of its answer', brokenOff, cause)
}
