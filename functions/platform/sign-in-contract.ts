// What the endpoints of sign-in take and answer.
import * as z from 'zod'
import { ReturnTo } from '../../shared/http/return-to.ts'
import { OrgRole } from '../../shared/peers/hub/contract.ts'

/** Query with which a page begins to sign in. */
export const Login = z.strictObject({
  returnTo: ReturnTo.optional().describe('Path to open after sign-in'),
  login_hint: z.email().max(320).optional().describe('E-mail address of the person who signs in'),
})

/** What Hub posts, or a page that has Hub's token. */
export const Exchange = z.strictObject({
  token: z.string().min(1).max(8_192).describe('The product token from Hub'),
  returnTo: ReturnTo.optional().describe('Path to open after sign-in; only a form post is redirected'),
})

/** Who is signed in, as the product's pages need it. */
export const SignedIn = z
  .object({
    user: z.object({
      id: z.string(),
      email: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      role: OrgRole,
    }),
    tenant: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    entitlements: z.array(z.string()),
    expiresAt: z.iso.datetime().describe('When the session ends, together with the Hub session'),
  })
  .meta({ id: 'SignedIn' })
