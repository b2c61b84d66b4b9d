// The one error type. What each of its codes means is in error-table.ts.
import type { ErrorCode } from './error-table.ts'

/** One bad input: where it is (`body.severity`, `query.limit`) and what is wrong with it. */
export type FieldError = { readonly path: string; readonly message: string }

/** Facts about a failure that its reader may see; each is published as a member of the problem document. */
export type ErrorDetails = {
  readonly errors?: readonly FieldError[]
  /** Names (never values) of the settings that are missing or bad. */
  readonly settings?: readonly string[]
  /** Slug of the peer that failed, the operation that was tried, and how often. */
  readonly peer?: string
  readonly operation?: string
  readonly attempts?: number
  /** Ids of the tenant's own things that it happened to, at most 10. */
  readonly subjects?: readonly string[]
  /** HTTP status the peer answered with. */
  readonly peerStatus?: number
  readonly retryAfterSeconds?: number
  /** Which limit of the AI tier is reached. */
  readonly limit?: string
  /** What can be bought, in words, and where. */
  readonly offers?: readonly string[]
  readonly buyAt?: string
}

type AppErrorOptions = {
  readonly cause?: unknown
  readonly details?: ErrorDetails
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Every failure that this suite raises on purpose.
 *
 * `message` reaches the caller as the problem's `detail`: it says what failed, on which input and what to do, and never
 * holds a secret, upstream text or another tenant's data. What only the log may see goes into `cause`.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: ErrorDetails
  /** Headers of the answer by which a caller goes, such as what is left of a limit. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
    this.headers = options.headers ?? {}
  }
}

/** Anything thrown, as an `AppError`: what is not one already becomes `internal`, with its text kept in `cause` only. */
export const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError
    ? thrown
    : new AppError('internal', 'An unexpected error occurred. Quote the correlation id to support.', { cause: thrown })

export const isAppError = (thrown: unknown, ...codes: readonly ErrorCode[]): thrown is AppError =>
  thrown instanceof AppError && (codes.length === 0 || codes.includes(thrown.code))
