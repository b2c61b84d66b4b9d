// Why the gateway did not answer. Everything that is known of it is a member, so that nobody has to read the message.

/** As the gateway's problem document (RFC 9457) tells it. */
export type Problem = {
  /** What follows `urn:theonestack:problem:`, e.g. `ai-limit-reached`, `ai-tier-missing`, `validation-failed`. */
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string
  /** Quote it to support. */
  readonly correlationId?: string
  /** When to ask again, in seconds. */
  readonly retryAfterSeconds?: number
  /** Of a refused input: which member is wrong, and why. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

/**
 * - `refused`: the gateway answered with a problem
 * - `unreachable`: it could not be reached, or broke off; asked again as often as `retries` allows
 * - `timeout`: it did not answer within `timeoutMs`
 * - `unreadable`: what answered was not the gateway
 */
export type GatewayFailure = 'refused' | 'unreachable' | 'timeout' | 'unreadable'

export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly failure: GatewayFailure
  readonly problem: Problem | undefined

  constructor(failure: GatewayFailure, message: string, options: ErrorOptions & { readonly problem?: Problem } = {}) {
    super(message, options)
    this.failure = failure
    this.problem = options.problem
  }
}

const problemPrefix = 'urn:theonestack:problem:'

/** Undefined for what is no problem document of the gateway. */
export const problemIn = (body: unknown): Problem | undefined => {
  if (typeof body !== 'object' || body === null) return undefined
  const { type, status, title, detail, ...facts } = body as Readonly<Record<string, unknown>>
  if (typeof type !== 'string' || !type.startsWith(problemPrefix) || typeof status !== 'number') return undefined
  return {
    ...(facts as Pick<Problem, 'correlationId' | 'retryAfterSeconds' | 'errors'>),
    code: type.slice(problemPrefix.length),
    status,
    title: String(title),
    detail: String(detail),
  }
}

export const refusalOf = (problem: Problem): GatewayError =>
  new GatewayError(
    'refused',
    `The AI gateway refused the call (${problem.status} ${problem.code}): ${problem.detail}`,
    {
      problem,
    },
  )
