// Sessions to measure with: each of another user of another organization, stored as a sign-in stores them.
import { randomUUID } from 'node:crypto'
import { randomToken, sha256 } from '../shared/auth/digest.ts'
import { sessionTable } from '../shared/auth/session.ts'
import type { Store } from '../shared/store/store.ts'

const atOnce = 16

/** @returns the value of the cookie of each session; all of them end in an hour */
export const openSessions = async (store: Store, count: number): Promise<readonly string[]> => {
  const rows = store.open(sessionTable)
  const cookies = Array.from({ length: count }, randomToken)
  for (let start = 0; start < count; start += atOnce)
    await Promise.all(
      cookies.slice(start, start + atOnce).map((cookie) => rows.session.insert(sessionOf(sha256(cookie)))),
    )
  return cookies
}

const sessionOf = (idHash: string) => {
  const [userId, tenantId] = [`user-${randomUUID()}`, `tenant-${randomUUID()}`]
  return {
    idHash,
    product: 'code' as const,
    userId,
    email: `${userId}@example.com`,
    firstName: 'Ada',
    lastName: 'Example',
    role: 'member' as const,
    tenantId,
    tenantSlug: tenantId,
    tenantName: tenantId,
    entitlements: ['code'],
    hubSessionId: randomUUID(),
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  }
}
