// Product sessions: opened with a Hub token, found by an opaque cookie, over when the Hub session ends or is cut off (HUB-3, HUB-4).
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { AppError, isAppError } from '../errors.ts'
import { OrgRole, type ProductTokenClaims } from '../peers/hub/contract.ts'
import type { Row } from '../store/entity.ts'
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

const StoredSession = Session.extend({
  idHash: z.string(),
  /** When it was last used, as of some minutes. */
  usedAt: z.iso.datetime().optional(),
  /** By sign-out. */
  isClosed: z.boolean().optional(),
})
type StoredSession = z.infer<typeof StoredSession>

const dayMs = 86_400_000

/**
 * Sessions by the hash of their cookie: whose tenant it is shows only once the row is found. Kept for a day after their end, so
 * that a page left open is told from somebody who guesses.
 */
export const sessionTable = table('sessions', {
  session: rowKind({
    schema: StoredSession,
    partition: ['idHash'],
    key: [],
    keepFor: ({ expiresAt }) => new Date(Date.parse(expiresAt) + dayMs),
    dataOf: { tenant: ['tenantId'], person: ['userId'], secret: ['idHash', 'hubSessionId'] },
  }),
})

/** Tokens that have been exchanged, so that each works once. Kept until the token itself is long past its end. */
export const usedTokenTable = table('usedTokens', {
  token: rowKind({
    schema: z.strictObject({ issuer: z.string(), jti: z.string(), expiresAt: z.iso.datetime() }),
    partition: ['issuer', 'jti'],
    key: [],
    keepFor: ({ expiresAt }) => new Date(Date.parse(expiresAt) + 3_600_000),
    dataOf: { nobody: 'The id of a token that was used, without a word of who used it' },
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
  /**
   * The live session of this product, `ended` for one that there was, or undefined. What was read is good for up to 5 seconds; a
   * use is noted every few minutes.
   */
  readonly find: (product: Session['product'], cookie: string, now: Date) => Promise<Session | 'ended' | undefined>
  /**
   * Ends the session: at once here, within 5 seconds on other instances. Repeating it changes nothing.
   * @returns the session that was ended, now or before; nothing when there was none
   */
  readonly close: (cookie: string) => Promise<Session | undefined>
  readonly cutoffs: SessionCutoffs
}

type Options = {
  readonly now?: () => Date
  /** How long a session lives without being used. Without it only its end counts. */
  readonly idleMinutes?: number
}

const cacheMs = 5_000
const cacheSizeMax = 10_000
/** How exactly the last use is known: a tenth of the time that a session may lie idle, in whole requests saved. */
const usesPerIdleTime = 10

export const createSessions = (
  store: Store,
  { now: clock = () => new Date(), idleMinutes }: Options = {},
): Sessions => {
  const rows = store.open(sessionTable).session
  const usedTokens = store.open(usedTokenTable)
  const cutoffs = createSessionCutoffs(store)
  const cache = new LRUCache<string, Row<StoredSession>>({ max: cacheSizeMax, ttl: cacheMs })
  const idleMs = idleMinutes === undefined ? Infinity : idleMinutes * 60_000

  const read = async (idHash: string): Promise<Row<StoredSession> | undefined> => {
    const cached = cache.get(idHash)
    if (cached) return cached
    const row = await rows.get({ idHash })
    if (row) cache.set(idHash, row)
    return row
  }
  /** Never over a newer row: a sign-out at the same time stays. */
  const noteUse = async (row: Row<StoredSession>, now: Date): Promise<void> => {
    const idle = now.getTime() - lastUseOf(row.value)
    if (idle < idleMs / usesPerIdleTime) return
    try {
      cache.set(row.value.idHash, await rows.update(row, { ...row.value, usedAt: now.toISOString() }))
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error
      cache.delete(row.value.idHash)
    }
  }

  return {
    cutoffs,
    open: async (product, claims) => {
      const now = clock()
      const session = sessionOf(product, claims, now)
      if (await cutoffs.isCutOff(session))
        throw new AppError('token-rejected', 'This user may not sign in now. Open the product from Hub again.')
      // Marked before the session exists: a crash in between costs the user one more click, never a token that works twice.
      await markUsed(usedTokens.token.insert, claims)
      const cookie = randomToken()
      await rows.insert({ ...session, idHash: sha256(cookie), usedAt: now.toISOString() })
      return { cookie, session }
    },
    find: async (product, cookie, now) => {
      if (!randomTokenShape.test(cookie)) return undefined
      const row = await read(sha256(cookie))
      if (!row) return undefined
      // That of another product is no guess either.
      if (row.value.product !== product || isPast(row.value, now, idleMs) || (await cutoffs.isCutOff(row.value)))
        return 'ended'
      if (idleMs < Infinity) await noteUse(row, now)
      return withoutRowFields(row.value)
    },
    close: async (cookie) => {
      if (!randomTokenShape.test(cookie)) return undefined
      const idHash = sha256(cookie)
      cache.delete(idHash)
      const row = await rows.get({ idHash })
      if (row) await rows.modify({ idHash }, (current) => ({ ...(current ?? row.value), isClosed: true }))
      cache.delete(idHash)
      return row && withoutRowFields(row.value)
    },
  }
}

const lastUseOf = ({ usedAt, issuedAt }: StoredSession): number => Date.parse(usedAt ?? issuedAt)

const isPast = (session: StoredSession, now: Date, idleMs: number): boolean =>
  session.isClosed === true ||
  Date.parse(session.expiresAt) <= now.getTime() ||
  lastUseOf(session) + idleMs <= now.getTime()

const withoutRowFields = ({ idHash: _id, usedAt: _used, isClosed: _closed, ...session }: StoredSession): Session =>
  session

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

const sessionOf = (product: Session['product'], claims: ProductTokenClaims, now: Date): Session => ({
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
  // Never ahead of our own clock, or a cut-off of that time would not reach it.
  issuedAt: new Date(Math.min(claims.iat * 1000, now.getTime())).toISOString(),
  expiresAt: new Date(claims.session_exp * 1000).toISOString(),
})
