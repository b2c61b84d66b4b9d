// "Not before" marks: everything that Hub vouched for before the mark is over, for one user or for a whole tenant.
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'

/** Kept for 400 days: longer than any session lives. */
const keepFor = { days: 400 }

export const sessionCutoffTable = table('sessionCutoffs', {
  tenant: rowKind({
    schema: z.strictObject({ tenantId: z.string(), notBefore: z.iso.datetime() }),
    partition: ['tenantId'],
    key: [],
    keepFor,
  }),
  user: rowKind({
    schema: z.strictObject({ tenantId: z.string(), userId: z.string(), notBefore: z.iso.datetime() }),
    partition: ['tenantId'],
    key: ['userId'],
    keepFor,
  }),
})

type Who = { readonly tenantId: string; readonly userId: string }

export type SessionCutoffs = {
  /** Whether what was issued to this user at that time is over. What was read is good for up to 4 seconds. */
  readonly isCutOff: (issued: Who & { readonly issuedAt: string }) => Promise<boolean>
  /** Ends all that was issued before `notBefore`; an earlier mark than the present one changes nothing. */
  readonly cutOffUser: (who: Who, notBefore: Date) => Promise<void>
  readonly cutOffTenant: (tenantId: string, notBefore: Date) => Promise<void>
}

/** A change takes effect within 5 seconds of its event, of which this is most. */
const cacheMs = 4_000
const cacheSizeMax = 10_000
const never = 0

export const createSessionCutoffs = (store: Store): SessionCutoffs => {
  const rows = store.open(sessionCutoffTable)
  const cache = new LRUCache<string, number>({ max: cacheSizeMax, ttl: cacheMs })

  const cached = async (id: readonly string[], read: () => Promise<string | undefined>): Promise<number> => {
    const cacheKey = JSON.stringify(id)
    const known = cache.get(cacheKey)
    if (known !== undefined) return known
    const notBefore = await read()
    const mark = notBefore === undefined ? never : Date.parse(notBefore)
    cache.set(cacheKey, mark)
    return mark
  }
  const tenantMark = (tenantId: string) =>
    cached([tenantId], async () => (await rows.tenant.get({ tenantId }))?.value.notBefore)
  const userMark = (tenantId: string, userId: string) =>
    cached([tenantId, userId], async () => (await rows.user.get({ tenantId, userId }))?.value.notBefore)

  return {
    isCutOff: async ({ tenantId, userId, issuedAt }) => {
      const marks = await Promise.all([tenantMark(tenantId), userMark(tenantId, userId)])
      return marks.some((mark) => Date.parse(issuedAt) < mark)
    },
    cutOffUser: async ({ tenantId, userId }, notBefore) => {
      const mark = notBefore.toISOString()
      await rows.user.modify({ tenantId, userId }, (current) => ({
        tenantId,
        userId,
        notBefore: current && current.notBefore > mark ? current.notBefore : mark,
      }))
      cache.delete(JSON.stringify([tenantId, userId]))
    },
    cutOffTenant: async (tenantId, notBefore) => {
      const mark = notBefore.toISOString()
      await rows.tenant.modify({ tenantId }, (current) => ({
        tenantId,
        notBefore: current && current.notBefore > mark ? current.notBefore : mark,
      }))
      cache.delete(JSON.stringify([tenantId]))
    },
  }
}
