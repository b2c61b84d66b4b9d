// Verifies the token by which an operator is known (OPS-1): an access token of the operators' directory, as Microsoft Entra issues it for this
// API (v2.0), with the app roles of a person in `roles`.
// https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'
import { type Operator, operatorRoles } from './caller.ts'
import { formFaultOf } from './compact-token.ts'
import { EndedCredential } from './ended-credential.ts'

/** @throws AppError `unauthenticated`; `peer-unavailable` while the keys of the directory cannot be read */
export type OperatorVerifier = (token: string) => Promise<Operator>

type Directory = {
  /** Exactly what `iss` has to be; the id of the directory is a part of its path. */
  readonly issuer: string
  readonly audience: string
  /** Where the public keys are. No token can name another place. */
  readonly jwksUrl: string
  readonly now: () => Date
  /** How long after the keys were read one that is not among them is not asked for; default 30 seconds. */
  readonly cooldownMs?: number
}

const clockSkewSeconds = 30
/** No access token of Entra lives longer than 28 hours, those of continuous access evaluation. */
const tokenSecondsMax = 28 * 3_600
const algorithms = ['RS256', 'ES256']
/** A key that the directory has withdrawn is good for no longer than this. */
const keysMs = 600_000
const jwksBytesMax = 256_000
const jwksTimeoutMs = 5_000

const Claims = z.object({
  tid: z.guid(),
  oid: z.guid(),
  iat: z.number(),
  exp: z.number(),
  roles: z.array(z.string()).max(100).default([]),
  /** The delegated permission: tokens of programs and id tokens have none. */
  scp: z.string().min(1),
  idtyp: z.literal('user').optional(),
})

export const createOperatorVerifier = async (directory: Directory): Promise<OperatorVerifier> => {
  const { createRemoteJWKSet, customFetch, jwtVerify, errors } = await import('jose')
  const { issuer, audience, jwksUrl, now, cooldownMs = 30_000 } = directory
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cooldownDuration: cooldownMs,
    cacheMaxAge: keysMs,
    timeoutDuration: jwksTimeoutMs,
    [customFetch]: fetchKeys,
  })
  const keyOf: typeof keys = Object.assign(async (...asked: Parameters<typeof keys>) => {
    try {
      return await keys(...asked)
    } catch (error) {
      // Which key it is, is the token's fault; everything else is that the keys could not be read.
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error
      if (error instanceof errors.JOSENotSupported) throw error
      throw new AppError('peer-unavailable', "The keys of the operators' directory cannot be read. Try again later.", {
        cause: error,
      })
    }
  }, keys)
  return async (token) => {
    const fault = formFaultOf(token)
    if (fault) throw rejected(fault.reason, fault.cause)
    const payload = await jwtVerify(token, keyOf, {
      algorithms,
      issuer,
      audience,
      clockTolerance: clockSkewSeconds,
      currentDate: now(),
      requiredClaims: ['exp', 'iat'],
    }).then(
      (verified) => verified.payload,
      (error: unknown) => {
        if (error instanceof AppError) throw error
        if (error instanceof errors.JWTExpired)
          throw new EndedCredential('The token has expired. Get a new one.', error)
        throw rejected(error instanceof errors.JOSEError ? error.code : 'unreadable', error)
      },
    )
    return operatorFrom(payload, directory)
  }
}

const operatorFrom = (payload: unknown, { issuer, now }: Directory): Operator => {
  const parsed = Claims.safeParse(payload)
  if (!parsed.success) throw rejected(`claims: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`)
  const { tid, oid, iat, exp, roles } = parsed.data
  if (!new URL(issuer).pathname.split('/').includes(tid)) throw rejected('of another directory (tid)')
  if (iat > now().getTime() / 1000 + clockSkewSeconds) throw rejected('issued in the future')
  if (exp - iat > tokenSecondsMax) throw rejected('lives too long')
  return { directoryId: tid, objectId: oid, roles: operatorRoles.filter((role) => roles.includes(role)) }
}

/** The key set, unless it is far too large for one. */
const fetchKeys = async (url: string, options: RequestInit): Promise<Response> => {
  const response = await fetch(url, options)
  if (response.status !== 200 || !response.body) return response
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > jwksBytesMax) throw new Error(`The key set has more than ${jwksBytesMax} bytes.`)
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status: 200, headers: { 'content-type': 'application/json' } })
}

const rejected = (reason: string, cause?: unknown): AppError => {
  log.warn('auth.operator_token.rejected', { reason })
  return new AppError('unauthenticated', 'The token is not one of an operator of this platform. Get a new one.', {
    cause,
  })
}
