// The products that people sign in to at this suite, and how the cookie of each is written.
import type { Config } from '../config/config.ts'
import type { SettingName } from '../config/settings.ts'
import type { PathCookie } from '../http/cookies.ts'
import { publicProducts } from '../http/public-product.ts'
import type { SignInProduct } from './sign-in-product.ts'

export const signIns = {
  code: {
    ...publicProducts.code,
    cookie: 'code_session',
    nonceCookie: 'code_login',
    secret: 'PORTAL_SSO_SECRET',
    previousSecret: 'PORTAL_SSO_SECRET_PREVIOUS',
  },
  ai: {
    ...publicProducts.ai,
    cookie: 'oneai_session',
    nonceCookie: 'oneai_login',
    secret: 'AI_SSO_SECRET',
    previousSecret: 'AI_SSO_SECRET_PREVIOUS',
  },
} as const satisfies Record<SignInProduct, unknown>

/** Settings without which nobody can sign in to the product. */
export const signInNeeds = (product: SignInProduct): readonly SettingName[] => [
  'HUB_URL',
  'HUB_API_URL',
  'HUB_SERVICE_KEY',
  signIns[product].publicUrl,
  signIns[product].secret,
  signIns[product].previousSecret,
  ...(product === 'ai' ? (['AI_COOKIE_DOMAIN'] as const) : []),
]

export const publicUrlOf = (product: SignInProduct, config: Config): string => {
  const name = signIns[product].publicUrl
  return config.require(name)[name]
}

/**
 * Whether cookies may only travel encrypted. Always, but for a product that is served over plain http: the settings allow that
 * for addresses of this machine alone, and Azure refuses those, so a laptop is the only place where it can be.
 */
const isSecure = (product: SignInProduct, config: Config): boolean => publicUrlOf(product, config).startsWith('https:')

/** Only the AI Platform has subdomains that share its session; everything else is bound to one host. */
const domainOf = async (product: SignInProduct, config: Config): Promise<{ domain?: string }> => {
  if (product !== 'ai') return {}
  await config.complete()
  const { AI_COOKIE_DOMAIN: domain } = config.require('AI_COOKIE_DOMAIN')
  return domain === undefined ? {} : { domain }
}

/** Not the epoch itself: `@azure/functions` takes a time of 0 for none, and the browser would keep the cookie. */
const expired = new Date(1_000)

export const sessionCookie = async (
  product: SignInProduct,
  config: Config,
  value: string,
  expires: Date,
): Promise<PathCookie> => ({
  name: signIns[product].cookie,
  value,
  expires,
  path: '/',
  httpOnly: true,
  sameSite: 'Lax',
  secure: isSecure(product, config),
  ...(await domainOf(product, config)),
})

export const clearedSessionCookie = (product: SignInProduct, config: Config): Promise<PathCookie> =>
  sessionCookie(product, config, '', expired)

export const nonceSeconds = 600

/** On https with the prefix for which a browser lets no other host of the domain plant it. */
export const nonceCookieName = (product: SignInProduct, config: Config): string =>
  `${isSecure(product, config) ? '__Host-' : ''}${signIns[product].nonceCookie}`

/**
 * The nonce has to come along when Hub posts the token here from its own site, so it cannot be SameSite=Lax where Hub is on
 * another one. On a laptop both are the same site (a port makes no difference), and SameSite=None would need https.
 */
export const nonceCookie = (product: SignInProduct, config: Config, value: string): PathCookie => ({
  name: nonceCookieName(product, config),
  value,
  maxAge: nonceSeconds,
  // The prefix allows no other path.
  path: isSecure(product, config) ? '/' : `/api/${product}/`,
  httpOnly: true,
  secure: isSecure(product, config),
  sameSite: isSecure(product, config) ? 'None' : 'Lax',
})
