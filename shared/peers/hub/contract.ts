// The wire between Hub and the products: the product token (HUB-1) and the addresses through which sign-in goes (HUB-2).
import * as z from 'zod'
import { orgRoles } from './vocabulary.ts'

export type { Product } from './vocabulary.ts'

export const OrgRole = z.enum(orgRoles)
export type OrgRole = z.infer<typeof OrgRole>

const numericDate = z.int().positive()
const id = z.string().min(1).max(200)
const name = z.string().max(200)

/**
 * Claims of the product token: a JWT signed HS256 with the secret of its audience, alive for at most 5 minutes, good for one
 * exchange. Claims that a later Hub adds are ignored.
 */
export const ProductTokenClaims = z.object({
  /** `portal_user_id` */
  sub: id,
  email: z.email().max(320),
  firstName: name,
  lastName: name,
  tenantId: id,
  tenantSlug: id,
  tenantName: name,
  orgRole: OrgRole,
  /** Products that the organization has. Slugs that this version does not know are kept. */
  entitlements: z.array(z.string().max(50)).max(100),
  iss: z.string(),
  aud: z.string(),
  iat: numericDate,
  exp: numericDate,
  /** Unique for each token: what makes it work once. */
  jti: id,
  /** The Hub session from which the product session is opened, and when it ends. */
  sid: id,
  session_exp: numericDate,
  /** Echo of the login request: ties the token to the browser that asked for it. */
  nonce: z.string().max(200).optional(),
})
export type ProductTokenClaims = z.infer<typeof ProductTokenClaims>

export const productTokenSecondsMax = 300

/** Path on Hub to which a product sends the browser, with these query parameters. Hub answers by a form post to the product. */
export const loginPath = '/sso/login'
export const LoginRequest = z.object({
  product: z.enum(['code', 'ai']),
  /** base64url SHA-256 of the product's nonce cookie; comes back in the token. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Path on the product to open after sign-in; comes back as a form field. */
  returnTo: z.string().max(2000).optional(),
  /** As in OpenID Connect: the e-mail address of who wants to sign in. */
  login_hint: z.string().max(320).optional(),
})
export type LoginRequest = z.infer<typeof LoginRequest>
