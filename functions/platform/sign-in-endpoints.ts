// Sign-in to one product: the way to Hub, the exchange of Hub's token for a session, who am I, and sign-out (HUB-1 to HUB-4).
import type * as z from 'zod'
import { errorTable } from '../../shared/error-table.ts'
import { AppError, toAppError } from '../../shared/errors.ts'
import { signInRate } from '../../shared/http/rate-limit.ts'
import type { LoginRequest, ProductTokenClaims } from '../../shared/peers/hub/contract.ts'
import type { Services } from '../../shared/services.ts'
import { log } from '../../shared/telemetry/log.ts'
import { type HttpDefinition, http, noBody } from '../../shared/triggers/http.ts'
import { anyone, session } from '../../shared/auth/caller.ts'
import type { SignInProduct } from '../../shared/auth/sign-in-product.ts'
import { equalInConstantTime, randomToken, randomTokenShape, sha256 } from '../../shared/auth/digest.ts'
import type { Session, Sessions } from '../../shared/auth/session.ts'
import type { SignedIn } from './sign-in-contract.ts'
import {
  clearedSessionCookie,
  nonceCookie,
  nonceCookieName,
  sessionCookie,
  signIns,
  signInNeeds,
} from '../../shared/auth/sign-in.ts'

/** What goes in and out; loaded by the first call that needs it, as everything that every call does not need. */
const contract = () => import('./sign-in-contract.ts')

const signedIn = (found: Session): z.input<typeof SignedIn> => ({
  user: {
    id: found.userId,
    email: found.email,
    firstName: found.firstName,
    lastName: found.lastName,
    role: found.role,
  },
  tenant: { id: found.tenantId, slug: found.tenantSlug, name: found.tenantName },
  entitlements: found.entitlements,
  expiresAt: found.expiresAt,
})

/** The four endpoints of sign-in to `product`, under `<product>/login` and `<product>/session`. */
export const signInEndpoints = (product: SignInProduct): readonly HttpDefinition[] => [
  beginLogin(product),
  exchangeToken(product),
  whoAmI(product),
  signOut(product),
]

const loginAddress = (product: SignInProduct): string => `/api/${product}/login`

const beginLogin = (product: SignInProduct) =>
  http({
    name: `${product}-begin-login`,
    method: 'GET',
    route: `${product}/login`,
    summary: `Begins a sign-in to ${signIns[product].name}: sends the browser to Hub`,
    callers: [anyone],
    integration: 'suite→hub',
    operation: 'sign people in',
    needs: signInNeeds(product),
    rate: signInRate,
    showsProblemsAsPage: { signInAgain: loginAddress(product) },
    contract,
    query: 'Login',
    returns: { 302: noBody },
    handler: async ({ query, cookies, services: { config } }) => {
      const { loginPath } = await import('../../shared/peers/hub/contract.ts')
      // A second tab goes on with the nonce of the first, so that both can finish.
      const [present = ''] = cookies(nonceCookieName(product, config))
      const nonce = randomTokenShape.test(present) ? present : randomToken()
      const request: LoginRequest = { product, nonce: sha256(nonce), ...query }
      const { HUB_URL } = config.require('HUB_URL')
      return {
        status: 302,
        headers: { location: `${HUB_URL}${loginPath}?${queryOf(request)}` },
        cookies: [nonceCookie(product, config, nonce)],
      }
    },
  })

const queryOf = (request: LoginRequest): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request)) if (value !== undefined) query.set(name, value)
  return query.toString()
}

const exchangeToken = (product: SignInProduct) =>
  http({
    name: `${product}-open-session`,
    method: 'POST',
    route: `${product}/session`,
    summary: `Exchanges Hub's product token for the cookie ${signIns[product].cookie}`,
    callers: [anyone],
    integration: 'suite→hub',
    operation: 'sign people in',
    needs: signInNeeds(product),
    rate: signInRate,
    crossSite: 'from-hub',
    showsProblemsAsPage: { signInAgain: loginAddress(product) },
    accepts: ['json', 'form'],
    bodyBytesMax: 16_384,
    contract,
    body: 'Exchange',
    returns: { 200: 'SignedIn', 303: noBody },
    errors: ['token-rejected', 'unauthenticated', 'product-not-granted', 'storage-unavailable'],
    handler: async ({ body, bodyFormat, cookies, now, services }) => {
      const claims = await verify(product, body.token, services)
      const { recordRefusal, recordSignIn, recordSignOut } = await import('./sign-in-audit.ts')
      const nonces = cookies(nonceCookieName(product, services.config))
      const sessions = await services.sessions()
      const opened = await openSession(product, claims, { nonces, services, now: now() }).catch(
        async (thrown: unknown) => {
          const refusal = toAppError(thrown)
          if (errorTable[refusal.code].status < 500) await recordRefusal(services, product, claims, refusal)
          throw refusal
        },
      )
      // Without an entry nobody gets in.
      await recordSignIn(services, product, claims)
      // A browser that was signed in already gets a new session, and its old one ends (ASVS 5.0, 7.2.4).
      for (const old of cookies(signIns[product].cookie).slice(0, 5)) {
        const closed = await sessions.close(old)
        if (closed) await recordSignOut(services, old, closed, 'new sign-in')
      }
      log.info('auth.session.opened', { product, tenantId: claims.tenantId, userId: claims.sub })
      const cookie = await sessionCookie(product, services.config, opened.cookie, new Date(opened.session.expiresAt))
      return bodyFormat === 'form'
        ? { status: 303, headers: { location: body.returnTo ?? '/' }, cookies: [cookie] }
        : { status: 200, body: signedIn(opened.session), cookies: [cookie] }
    },
  })

type Door = { readonly nonces: readonly string[]; readonly services: Services; readonly now: Date }

/** All that keeps somebody out whose token is good. */
const openSession = async (
  product: SignInProduct,
  claims: ProductTokenClaims,
  { nonces, services, now }: Door,
): ReturnType<Sessions['open']> => {
  const refusal = otherBrowser(claims, nonces) ?? withoutProduct(product, claims)
  if (refusal) throw refusal
  await (await services.standings()).requireActive(claims.tenantId, now.toISOString())
  return (await services.sessions()).open(product, claims)
}

const verify = async (
  product: SignInProduct,
  token: string,
  { config, secret: read, now }: Services,
): Promise<ProductTokenClaims> => {
  const { verifyHubToken } = await import('../../shared/auth/hub-token.ts')
  const { secret, previousSecret } = signIns[product]
  const { HUB_URL: issuer } = config.require('HUB_URL')
  // Sign-ins with the present secret go on without it.
  const previous = await read(previousSecret).catch((error: unknown) => {
    log.warn('auth.previous_secret.not_read', { product, error })
    return undefined
  })
  const secrets = [await read(secret), previous].filter((value) => value !== undefined)
  return verifyHubToken(token, { secrets, issuer, audience: product, now: now() })
}

/** The token must echo the nonce of the very browser that brings it, else someone could be signed in as somebody else. */
const otherBrowser = (
  { nonce, sub, tenantId }: ProductTokenClaims,
  nonces: readonly string[],
): AppError | undefined => {
  const [own, ...others] = nonces
  const isOwn = own !== undefined && randomTokenShape.test(own) && others.length === 0
  if (isOwn && nonce !== undefined && equalInConstantTime(sha256(own), nonce)) return undefined
  log.warn('auth.session.refused', {
    reason: own === undefined ? 'no nonce cookie' : 'nonce differs',
    tenantId,
    userId: sub,
  })
  return new AppError(
    'token-rejected',
    'This sign-in was started in another browser, or too long ago. Sign in again from here.',
  )
}

const withoutProduct = (
  product: SignInProduct,
  { entitlements, sub, tenantId }: ProductTokenClaims,
): AppError | undefined => {
  if (entitlements.includes(product)) return undefined
  log.warn('auth.session.refused', { reason: 'no product access', product, tenantId, userId: sub })
  return new AppError(
    'product-not-granted',
    `Your Hub session is valid but has no access to ${signIns[product].name}. Ask an owner or admin of your organization for access.`,
  )
}

const whoAmI = (product: SignInProduct) =>
  http({
    name: `${product}-read-session`,
    method: 'GET',
    route: `${product}/session`,
    summary: 'Returns the signed-in user',
    callers: [session(product, { atLeast: 'viewer' })],
    contract,
    returns: { 200: 'SignedIn' },
    handler: ({ caller }) => ({ status: 200, body: signedIn(caller) }),
  })

const signOut = (product: SignInProduct) =>
  http({
    name: `${product}-close-session`,
    method: 'DELETE',
    route: `${product}/session`,
    summary: 'Signs out. Repeating it changes nothing',
    callers: [anyone],
    contract,
    returns: { 204: noBody },
    errors: ['storage-unavailable'],
    handler: async ({ cookies, services }) => {
      const sessions = await services.sessions()
      const { recordSignOut } = await import('./sign-in-audit.ts')
      for (const value of cookies(signIns[product].cookie).slice(0, 5)) {
        const closed = await sessions.close(value)
        if (closed) await recordSignOut(services, value, closed)
      }
      return { status: 204, cookies: [await clearedSessionCookie(product, services.config)] }
    },
  })
