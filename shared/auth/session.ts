// Product sessions: opened with a Hub token, found by an opaque cookie, over when the Hub session ends or is cut off (HUB-3, HUB-4).
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { AppError, isAppError } from '../errors.ts'
import { OrgRole, type ProductTokenClaims } from '../peers/hub/contract.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { randomToken, randomTokenShape, sha256 } from './digest.ts'
import { type SessionCutoffs, createSessionCutoffs } from './session-cutoff.ts'

const Session = z.strictObject({
  product: z.enum(['code', 'ai']),
  userId: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role: OrgRole,
  tenantId: z.string(),
  tenantSlug: z.string(),
  tenantName: z.string(),
  entitlements: z.array(z.string()),
  /** The Hub session that it was opened from. */
  hubSessionId: z.string(),
  /** When Hub vouched for the user: what a cut-off is compared with. */
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Session = z.infer<typeof Session>

/** Sessions by the hash of their cookie: whose tenant it is shows only once the row is found. */
export const sessionTable = table('sessions', {
  session: rowKind({
    schema: Session.extend({ idHash: z.string() }),
    partition: ['idHash'],
    key: [],
    keepFor: ({ expiresAt }) => new Date(expiresAt),
  }),
})

/** Tokens that have been exchanged, so that each works once. Kept until the token itself is long past its end. */
export const usedTokenTable = table('usedTokens', {
  token: rowKind({
    schema: z.strictObject({ issuer: z.string(), jti: z.string(), expiresAt: z.iso.datetime() }),
    partition: ['issuer', 'jti'],
    key: [],
    keepFor: ({ expiresAt }) => new Date(Date.parse(expiresAt) + 3_600_000),
  }),
})

export type Sessions = {
  /**
   * Opens a session from verified claims and returns the cookie's value. Throws `token-rejected` for a token that was used
   * before, and for one that Hub issued before the user or the tenant was cut off.
   */
  readonly open: (
    product: Session['product'],
    claims: ProductTokenClaims,
  ) => Promise<{ cookie: string; session: Session }>
  /** The live session of this product, or undefined. What was read is good for up to 5 seconds. */
  readonly find: (product: Session['product'], cookie: string, now: Date) => Promise<Session | undefined>
  /** Ends the session: at once here, within 5 seconds on other instances. Repeating it changes nothing. */
  readonly close: (cookie: string) => Promise<void>
  readonly cutoffs: SessionCutoffs
}

const cacheMs = 5_000
const cacheSizeMax = 10_000

export const createSessions = (store: Store): Sessions => {
  const rows = store.open(sessionTable)
  const usedTokens = store.open(usedTokenTable)
  const cutoffs = createSessionCutoffs(store)
  const cache = new LRUCache<string, Session>({ max: cacheSizeMax, ttl: cacheMs })

  const read = async (idHash: string): Promise<Session | undefined> => {
    const cached = cache.get(idHash)
    if (cached) return cached
    const row = await rows.session.get({ idHash })
    if (!row) return undefined
    const { idHash: _, ...session } = row.value
    cache.set(idHash, session)
    return session
  }

  return {
    cutoffs,
    open: async (product, claims) => {
      const session = sessionOf(product, claims)
      if (await cutoffs.isCutOff(session))
        throw new AppError('token-rejected', 'This user may not sign in now. Open the product from Hub again.')
      // Marked before the session exists: a crash in between costs the user one more click, never a token that works twice.
      await markUsed(usedTokens.token.insert, claims)
      const cookie = randomToken()
      await rows.session.insert({ ...session, idHash: sha256(cookie) })
      return { cookie, session }
    },
    find: async (product, cookie, now) => {
      if (!randomTokenShape.test(cookie)) return undefined
      const session = await read(sha256(cookie))
      const isLive = session?.product === product && Date.parse(session.expiresAt) > now.getTime()
      return isLive && !(await cutoffs.isCutOff(session)) ? session : undefined
    },
    close: async (cookie) => {
      if (!randomTokenShape.test(cookie)) return
      const idHash = sha256(cookie)
      cache.delete(idHash)
      await rows.session.delete({ idHash })
      cache.delete(idHash)
    },
  }
}

const markUsed = async (
  insert: (token: { issuer: string; jti: string; expiresAt: string }) => Promise<unknown>,
  { iss, jti, exp }: ProductTokenClaims,
): Promise<void> => {
  try {
    await insert({ issuer: iss, jti, expiresAt: new Date(exp * 1000).toISOString() })
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    throw new AppError('token-rejected', 'This sign-in was already used. Open the product from Hub again.', {
      cause: error,
    })
  }
}

const sessionOf = (product: Session['product'], claims: ProductTokenClaims): Session => ({
  product,
  userId: claims.sub,
  email: claims.email,
  firstName: claims.firstName,
  lastName: claims.lastName,
  role: claims.orgRole,
  tenantId: claims.tenantId,
  tenantSlug: claims.tenantSlug,
  tenantName: claims.tenantName,
  entitlements: claims.entitlements,
  hubSessionId: claims.sid,
  issuedAt: new Date(claims.iat * 1000).toISOString(),
  expiresAt: new Date(claims.session_exp * 1000).toISOString(),
})
