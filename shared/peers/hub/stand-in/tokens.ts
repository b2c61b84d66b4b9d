// Product tokens of the Hub stand-in (HUB-1): what Hub signs, and on request what it never would, so that refusals can be seen.
import { randomUUID } from 'node:crypto'
import { CompactSign, base64url } from 'jose'
import type { ProductTokenClaims } from '../contract.ts'
import { type Member, accessOf } from './directory.ts'

export type HubProduct = 'code' | 'ai'

const tokenSeconds = 60
const hubSessionSeconds = 8 * 60 * 60

type Unsigned = {
  readonly product: HubProduct
  readonly member: Member
  /** `iss` */
  readonly issuer: string
  /** Id of the person's Hub session. */
  readonly sid: string
  readonly nonce?: string | undefined
  readonly now: Date
}

export const claimsFor = ({ product, member, issuer, sid, nonce, now }: Unsigned): ProductTokenClaims => {
  const { user, organization } = member
  const issuedAt = Math.floor(now.getTime() / 1000)
  return {
    sub: user.id,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    tenantId: organization.id,
    tenantSlug: organization.slug,
    tenantName: organization.name,
    orgRole: user.orgRole,
    entitlements: accessOf(member),
    iss: issuer,
    aud: product,
    iat: issuedAt,
    exp: issuedAt + tokenSeconds,
    jti: randomUUID(),
    sid,
    session_exp: issuedAt + hubSessionSeconds,
    ...(nonce !== undefined && { nonce }),
  }
}

/**
 * @param overrides claims to set; `null` leaves the claim out
 * @throws an error of jose when the header names an algorithm that cannot be signed with a shared secret
 */
export const signToken = async (
  claims: Readonly<Record<string, unknown>>,
  secret: string,
  { overrides = {}, header = {} }: { overrides?: Record<string, unknown>; header?: Record<string, unknown> } = {},
): Promise<string> => {
  const entries = Object.entries({ ...claims, ...overrides }).filter(([, value]) => value !== null)
  const payload = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const protectedHeader = { alg: 'HS256', typ: 'JWT', ...header }
  // The attack of RFC 8725 section 2.1: jose rightly refuses to write such a token.
  if (protectedHeader.alg === 'none')
    return `${base64url.encode(JSON.stringify(protectedHeader))}.${base64url.encode(payload)}.`
  return new CompactSign(payload).setProtectedHeader(protectedHeader).sign(new TextEncoder().encode(secret))
}
