// Finds out who calls, by the one credential that the request carries, and whether the function takes them.
import { AppError } from '../errors.ts'
import { cookieValues } from '../http/cookies.ts'
import { EndedCredential } from './ended-credential.ts'
import { type Caller, type CallerRule, type KnownCaller, type Operator, hasRole, operatorActor } from './caller.ts'
import type { CredentialAttempts } from './credential-attempts.ts'
import { KeyRefusal, keyWithoutScope } from './key-refusal.ts'
import type { KeyUse } from './key-use.ts'
import type { KeyVerifier } from './key-verifier.ts'
import type { Sessions } from './session.ts'
import type { SignInProduct } from './sign-in-product.ts'
import { sha256 } from './digest.ts'
import type { OperatorVerifier } from './operator-token.ts'
import { signIns } from './sign-in.ts'
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'

export type Credentials = {
  readonly cookieHeader: string | null
  readonly integrationKey: string | null
  /** Of `Authorization: Bearer`; only where operators are taken. */
  readonly operatorToken: string | null
  /** That the path names, for operators. */
  readonly tenantId: string | undefined
  /** Where it comes from, for counting failures. */
  readonly address: string
  /** The function that is called. */
  readonly operation: string
}

/** What it takes to judge a credential. */
type Judges = {
  readonly now: () => Date
  readonly credentialAttempts: () => Promise<CredentialAttempts>
  readonly sessions: () => Promise<Sessions>
  readonly verifyKey: KeyVerifier
  readonly verifyOperator: OperatorVerifier
  readonly store: () => Store
  readonly keyUse: () => Promise<KeyUse>
  readonly standings: () => Promise<{
    /** Throws unless the organization was active after the credential was made. */
    readonly requireActive: (tenantId: string, since: string) => Promise<void>
  }>
}

/**
 * The caller, if one of the rules takes them. Throws `unauthenticated` without a good credential or for a suspended organization,
 * `forbidden` when the role is too small or the key lacks the scope, `too-many-requests` for a credential or an address that failed too often.
 *
 * A request with an integration key is judged by the key alone: a cookie beside it counts for nothing. Its use is recorded, and so is why it
 * was refused.
 */
export const authenticate = async (
  rules: readonly CallerRule[],
  credentials: Credentials,
  services: Judges,
): Promise<Caller> => {
  if (rules.some(({ kind }) => kind === 'anyone')) return { kind: 'anyone' }
  try {
    return await judged(rules, credentials, services)
  } catch (error) {
    if (error instanceof AppError && error.cause instanceof KeyRefusal)
      (await services.keyUse()).refused(error.cause, credentials)
    throw error
  }
}

const judged = async (
  rules: readonly CallerRule[],
  credentials: Credentials,
  services: Judges,
): Promise<KnownCaller> => {
  const { address, operation } = credentials
  const { credential, judge } = presented(rules, credentials, services)
  const attempt = { address, digest: sha256(credential) }
  const attempts = await services.credentialAttempts()
  const caller = await attempts.judge(attempt, judge)
  // Operators act on suspended organizations too.
  if (caller.kind === 'platform') return admitOperator(caller, rules, credentials, services)
  const standings = await services.standings()
  await standings.requireActive(caller.tenantId, caller.kind === 'session' ? caller.issuedAt : caller.createdAt)
  authorize(caller, rules)
  if (caller.kind === 'integration') await (await services.keyUse()).note({ ...caller, address, operation })
  return caller
}

const productsOf = (rules: readonly CallerRule[]): readonly SignInProduct[] => [
  ...new Set(rules.flatMap((rule) => (rule.kind === 'session' ? [rule.product] : []))),
]

type JudgedCaller = Exclude<KnownCaller, { kind: 'operator' }>
type Presented = { readonly credential: string; readonly judge: () => Promise<JudgedCaller> }

/** The one credential that counts, and how it is judged. */
const presented = (
  rules: readonly CallerRule[],
  { integrationKey, operatorToken, cookieHeader }: Credentials,
  services: Judges,
): Presented => {
  if (integrationKey !== null)
    return { credential: integrationKey, judge: () => services.verifyKey(integrationKey, services.now()) }
  if (operatorToken !== null)
    return {
      credential: operatorToken,
      judge: async () => ({ kind: 'platform', ...(await services.verifyOperator(operatorToken)) }),
    }
  for (const product of productsOf(rules)) {
    const { cookie } = signIns[product]
    const values = cookieValues(cookieHeader, cookie)
    if (values.length > 1)
      throw new AppError(
        'unauthenticated',
        `The request carries the cookie ${cookie} more than once. Delete the site's cookies and sign in again.`,
      )
    const [value] = values
    if (value !== undefined)
      return { credential: `${product} ${value}`, judge: () => sessionCaller(product, value, services) }
  }
  const accepted = rules.map(({ kind }) => credentialNames[kind])
  throw new AppError('unauthenticated', `This needs ${[...new Set(accepted)].join(' or ')}.`)
}

const credentialNames: Readonly<Record<CallerRule['kind'], string>> = {
  session: 'a signed-in session',
  integration: 'an integration key',
  operator: 'the token of an operator',
  platform: 'the token of an operator',
  anyone: 'nothing',
}

const sessionCaller = async (product: SignInProduct, value: string, services: Judges): Promise<JudgedCaller> => {
  const sessions = await services.sessions()
  const found = await sessions.find(product, value, services.now())
  if (found && found !== 'ended') return { kind: 'session', ...found }
  const text = `The session of ${signIns[product].name} has ended. Sign in again.`
  throw found === 'ended' ? new EndedCredential(text) : new AppError('unauthenticated', text)
}

/** Where an organization is acted on, there has to be an access of the operator to just that one. */
const admitOperator = async (
  { directoryId, objectId, roles }: Operator,
  rules: readonly CallerRule[],
  { tenantId, operation }: Credentials,
  { store, now }: Judges,
): Promise<KnownCaller> => {
  const operator = { directoryId, objectId, roles }
  const actor = operatorActor(operator)
  const needed = rules.flatMap((rule) =>
    rule.kind === 'platform' ? rule.roles : rule.kind === 'operator' ? [rule.role] : [],
  )
  if (!needed.some((role) => roles.includes(role))) {
    log.warn('auth.operator.refused', { actor, operation, reason: 'role' })
    throw new AppError('forbidden', `This needs the role ${needed.join(' or ')}.`)
  }
  if (rules.some(({ kind }) => kind === 'platform')) return { kind: 'platform', ...operator }
  const { currentAccess } = await import('./operator-access.ts')
  const access = tenantId === undefined ? undefined : await currentAccess(store(), { tenantId, operator: actor }, now())
  if (tenantId !== undefined && access)
    return { kind: 'operator', ...operator, tenantId, accessId: access.accessId, reason: access.reason }
  log.warn('auth.operator.refused', { actor, operation, tenantId, reason: 'access' })
  throw new AppError('forbidden', 'You have no operator access to this organization now. Open one, with a reason.')
}

const authorize = (caller: JudgedCaller, rules: readonly CallerRule[]): void => {
  const ofKind = rules.filter(({ kind }) => kind === caller.kind)
  if (ofKind.length === 0) throw new AppError('forbidden', 'This cannot be called with an integration key.')
  if (ofKind.some((rule) => isEnough(caller, rule))) return
  const [rule] = ofKind
  if (caller.kind === 'integration') throw keyWithoutScope(new KeyRefusal('scope', caller), scopesOf(ofKind))
  throw new AppError('forbidden', `This needs at least the role ${rule?.kind === 'session' ? rule.atLeast : ''}.`)
}

const scopesOf = (rules: readonly CallerRule[]): readonly string[] =>
  rules.flatMap((rule) => (rule.kind === 'integration' ? [rule.scope] : []))

const isEnough = (caller: JudgedCaller, rule: CallerRule): boolean => {
  if (caller.kind === 'session' && rule.kind === 'session')
    return caller.product === rule.product && hasRole(caller.role, rule.atLeast)
  return caller.kind === 'integration' && rule.kind === 'integration' && caller.scopes.includes(rule.scope)
}
