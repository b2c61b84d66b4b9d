// Verifies the token with which Hub hands a user over to a product (HUB-1): HS256 only, the right audience, short-lived, whole.
import { ProductTokenClaims, productTokenSecondsMax } from '../peers/hub/contract.ts'
import { AppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'
import { formFaultOf } from './compact-token.ts'

type Expectation = {
  /** The present secret and, while it is being changed, the previous one. */
  readonly secrets: readonly string[]
  readonly issuer: string
  readonly audience: string
  readonly now: Date
}

const clockSkewSeconds = 30
/** A day: no session lives longer, whatever the token says. */
const sessionSecondsMax = 86_400

/**
 * The claims of a token that is good at `now`. Throws `token-rejected`: the answer names the group of the fault (expired, or not
 * acceptable), the exact reason goes to the log. That it is used once is for the caller to see to, by `jti`.
 */
export const verifyHubToken = async (token: string, expected: Expectation): Promise<ProductTokenClaims> => {
  const fault = formFaultOf(token)
  if (fault) throw rejected(fault.reason, fault.cause)
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
