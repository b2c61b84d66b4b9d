// Verifies the token with which Hub hands a user over to a product (HUB-1): HS256 only, the right audience, short-lived, whole.
import { ProductTokenClaims, productTokenSecondsMax } from '../peers/hub/contract.ts'
import { AppError } from '../errors.ts'
import { JsonError, parseStrictJson } from '../schema/strict-json.ts'
import { log } from '../telemetry/log.ts'

type Expectation = {
  /** The present secret and, while it is being changed, the previous one. */
  readonly secrets: readonly string[]
  readonly issuer: string
  readonly audience: string
  readonly now: Date
}

const tokenLengthMax = 8_192
const clockSkewSeconds = 30
/** A day: no session lives longer, whatever the token says. */
const sessionSecondsMax = 86_400

/** A signed token in compact form and nothing around it: jose reads over white space and padding (RFC 7515 section 2). */
const compactShape = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * The claims of a token that is good at `now`. Throws `token-rejected`: the answer names the group of the fault (expired, or not
 * acceptable), the exact reason goes to the log. That it is used once is for the caller to see to, by `jti`.
 */
export const verifyHubToken = async (token: string, expected: Expectation): Promise<ProductTokenClaims> => {
  if (token.length > tokenLengthMax) throw rejected('too long')
  if (!compactShape.test(token)) throw rejected('not a compact JWS')
  requirePlainForm(token)
  const payload = await verifySignature(token, expected)
  const parsed = ProductTokenClaims.safeParse(payload)
  if (!parsed.success) throw rejected(`claims: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`)
  const claims = parsed.data
  const nowSeconds = expected.now.getTime() / 1000
  if (claims.exp - claims.iat > productTokenSecondsMax) throw rejected('lives too long')
  if (claims.iat > nowSeconds + clockSkewSeconds) throw rejected('issued in the future')
  if (claims.exp <= claims.iat) throw rejected('ends before it begins')
  if (claims.session_exp > nowSeconds + sessionSecondsMax) throw rejected('the Hub session lasts too long')
  if (claims.session_exp <= nowSeconds) throw expired('the Hub session has ended')
  return claims
}

/** One way to write each part, and a header that says nothing else than what a product token is. */
const requirePlainForm = (token: string): void => {
  const parts = token.split('.')
  if (parts.some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part))
    throw rejected('not canonical base64url')
  for (const part of parts.slice(0, 2)) requireStrictJson(part)
  const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString()) as Record<string, unknown>
  const { typ = 'JWT', cty } = header
  if (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT') throw rejected('made for another purpose (typ)')
  if (cty !== undefined) throw rejected('holds another token (cty)')
}

/** Before the library reads it, for which the last of two names of one kind counts. */
const requireStrictJson = (part: string): void => {
  try {
    parseStrictJson(Buffer.from(part, 'base64url').toString())
  } catch (error) {
    throw rejected(error instanceof JsonError ? error.fault : 'unreadable', error)
  }
}

const verifySignature = async (token: string, { secrets, issuer, audience, now }: Expectation): Promise<unknown> => {
  const { jwtVerify, errors } = await import('jose')
  let fault: unknown
  for (const secret of secrets) {
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
        algorithms: ['HS256'],
        issuer,
        audience,
        clockTolerance: clockSkewSeconds,
        currentDate: now,
        requiredClaims: ['exp', 'iat', 'jti'],
      })
      return payload
    } catch (error) {
      fault = error
      // Only a signature that does not fit is a reason to try the other secret.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break
    }
  }
  if (fault instanceof errors.JWTExpired) throw expired('the token has expired', fault)
  throw rejected(fault instanceof errors.JOSEError ? fault.code : 'unreadable', fault)
}

const expired = (reason: string, cause?: unknown): AppError => {
  log.warn('auth.hub_token.rejected', { reason })
  return new AppError('token-rejected', 'The sign-in from Hub has expired. Open the product from Hub again.', { cause })
}

const rejected = (reason: string, cause?: unknown): AppError => {
  log.warn('auth.hub_token.rejected', { reason })
  return new AppError(
    'token-rejected',
    'The sign-in from Hub could not be verified. Open the product from Hub again; if it happens every time, tell your administrator.',
    { cause },
  )
}
