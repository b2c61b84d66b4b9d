// Finds out who calls, by the one credential that the request carries, and whether the function takes them.
import { AppError, isAppError } from '../errors.ts'
import { cookieValues } from '../http/cookies.ts'
import type { Services } from '../services.ts'
import { type Caller, type CallerRule, type SignInProduct, hasRole } from './caller.ts'
import { signIns } from './sign-in.ts'

export type Credentials = {
  readonly cookieHeader: string | null
  readonly integrationKey: string | null
  /** Where it comes from, for counting failures. */
  readonly address: string
}

/**
 * The caller, if one of the rules takes them. Throws `unauthenticated` without a good credential, `forbidden` when the role or
 * the scope is too small, `too-many-requests` for an address that failed too often.
 *
 * A request with an integration key is judged by the key alone: a cookie beside it counts for nothing.
 */
export const authenticate = async (
  rules: readonly CallerRule[],
  credentials: Credentials,
  services: Services,
): Promise<Caller> => {
  if (rules.some(({ kind }) => kind === 'anyone')) return { kind: 'anyone' }
  await services.rateLimits.refuseAfterFailures(credentials.address)
  try {
    const caller =
      credentials.integrationKey === null
        ? await sessionCaller(rules, credentials.cookieHeader, services)
        : await services.verifyKey(credentials.integrationKey, services.now())
    authorize(caller, rules)
    return caller
  } catch (error) {
    const triedCredential = credentials.integrationKey !== null || carriesSession(rules, credentials.cookieHeader)
    if (triedCredential && isAppError(error, 'unauthenticated'))
      await services.rateLimits.countFailure(credentials.address)
    throw error
  }
}

const productsOf = (rules: readonly CallerRule[]): readonly SignInProduct[] => [
  ...new Set(rules.flatMap((rule) => (rule.kind === 'session' ? [rule.product] : []))),
]

const carriesSession = (rules: readonly CallerRule[], cookieHeader: string | null): boolean =>
  productsOf(rules).some((product) => cookieValues(cookieHeader, signIns[product].cookie).length > 0)

const sessionCaller = async (
  rules: readonly CallerRule[],
  cookieHeader: string | null,
  services: Services,
): Promise<Caller> => {
  for (const product of productsOf(rules)) {
    const { cookie, name } = signIns[product]
    const values = cookieValues(cookieHeader, cookie)
    if (values.length > 1)
      throw new AppError(
        'unauthenticated',
        `The request carries the cookie ${cookie} more than once. Delete the site's cookies and sign in again.`,
      )
    const [value] = values
    if (value === undefined) continue
    const sessions = await services.sessions()
    const found = await sessions.find(product, value, services.now())
    if (found) return { kind: 'session', ...found }
    throw new AppError('unauthenticated', `The session of ${name} has ended. Sign in again.`)
  }
  const accepted = rules.map(({ kind }) => (kind === 'session' ? 'a signed-in session' : 'an integration key'))
  throw new AppError('unauthenticated', `This needs ${[...new Set(accepted)].join(' or ')}.`)
}

const authorize = (caller: Caller, rules: readonly CallerRule[]): void => {
  const ofKind = rules.filter(({ kind }) => kind === caller.kind)
  if (ofKind.length === 0) throw new AppError('forbidden', 'This cannot be called with an integration key.')
  if (ofKind.some((rule) => isEnough(caller, rule))) return
  const [rule] = ofKind
  throw new AppError(
    'forbidden',
    rule?.kind === 'integration'
      ? `This integration key lacks the scope ${rule.scope}.`
      : `This needs at least the role ${rule?.kind === 'session' ? rule.atLeast : ''}.`,
  )
}

const isEnough = (caller: Caller, rule: CallerRule): boolean => {
  if (caller.kind === 'session' && rule.kind === 'session')
    return caller.product === rule.product && hasRole(caller.role, rule.atLeast)
  return caller.kind === 'integration' && rule.kind === 'integration' && caller.scopes.includes(rule.scope)
}
