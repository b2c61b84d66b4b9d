// "Not before" marks: what Hub vouched for before the mark is over, for a whole tenant, for a user, or for one product of a user.
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { OrgRole } from '../peers/hub/contract.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import type { SignInProduct } from './sign-in-product.ts'

/** Kept for 400 days: longer than any session lives. */
const keepFor = { days: 400 }

const Mark = z.strictObject({
  notBefore: z.iso.datetime(),
  /** That the user may not come back now: then clocks that differ are counted against the user. */
  lost: z.boolean().optional(),
  /** The role since then: who already has it is not sent away for the fraction of a second that a token does not tell. */
  role: OrgRole.optional(),
})
type Mark = z.infer<typeof Mark>

const endsAccess = 'Ends what was issued before. It goes after 400 days'

const UserCutoff = z.strictObject({
  tenantId: z.string(),
  userId: z.string(),
  /** For every product. */
  all: Mark.optional(),
  code: Mark.optional(),
  ai: Mark.optional(),
})
type UserCutoff = z.infer<typeof UserCutoff>

export const sessionCutoffTable = table('sessionCutoffs', {
  tenant: rowKind({
    schema: z.strictObject({ tenantId: z.string(), notBefore: z.iso.datetime() }),
    partition: ['tenantId'],
    key: [],
    keepFor,
    dataOf: { tenant: ['tenantId'], keptOn: { tenant: endsAccess } },
  }),
  user: rowKind({
    schema: UserCutoff,
    partition: ['tenantId'],
    key: ['userId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], person: ['userId'], keptOn: { tenant: endsAccess, person: endsAccess } },
  }),
})

type Who = { readonly tenantId: string; readonly userId: string }

/** What happened to the user; nothing named: everything is over, and a new sign-in is good. */
type UserChange = {
  readonly notBefore: Date
  /** One product alone. */
  readonly product?: SignInProduct
  /** The user was deactivated, or has lost the product. */
  readonly lost?: boolean
  /** The role that the user has since. */
  readonly role?: OrgRole | undefined
}

type Issued = Who & { readonly product: SignInProduct; readonly role: OrgRole; readonly issuedAt: string }

export type SessionCutoffs = {
  /** Whether what was issued to this user at that time is over. What was read is good for up to 4 seconds. */
  readonly isCutOff: (issued: Issued) => Promise<boolean>
  /** Ends what was issued before; a mark that is earlier than the present one changes nothing. */
  readonly cutOffUser: (who: Who, change: UserChange) => Promise<void>
  /** The user may come back since then, to these products: clocks that differ count no longer against the user. */
  readonly readmitUser: (who: Who, products: readonly SignInProduct[], since: Date) => Promise<void>
  readonly cutOffTenant: (tenantId: string, notBefore: Date) => Promise<void>
}

/** A change takes effect within 5 seconds of its event, of which this is most. */
const cacheMs = 4_000
const cacheSizeMax = 10_000

/** How far Hub's clocks and ours may lie apart. */
const clockSkewMs = 30_000
/** The time of a token is a whole number of seconds. */
const tokenTimeMs = 1_000

const isOver = (mark: Mark | undefined, { role, issuedAt }: Issued): boolean => {
  if (!mark) return false
  const [issued, notBefore] = [Date.parse(issuedAt), Date.parse(mark.notBefore)]
  if (mark.lost) return issued < notBefore + clockSkewMs
  const isSameSecond = notBefore - issued < tokenTimeMs
  return issued < notBefore && !(isSameSecond && mark.role === role)
}

export const createSessionCutoffs = (store: Store): SessionCutoffs => {
  const rows = store.open(sessionCutoffTable)
  const tenants = new LRUCache<string, { readonly mark: Mark | undefined }>({ max: cacheSizeMax, ttl: cacheMs })
  const users = new LRUCache<string, { readonly cutoff: UserCutoff | undefined }>({ max: cacheSizeMax, ttl: cacheMs })

  const tenantMark = async (tenantId: string): Promise<Mark | undefined> => {
    const known = tenants.get(tenantId)
    if (known) return known.mark
    const row = await rows.tenant.get({ tenantId })
    const mark = row && { notBefore: row.value.notBefore }
    tenants.set(tenantId, { mark })
    return mark
  }
  const userCutoff = async (who: Who): Promise<UserCutoff | undefined> => {
    const known = users.get(keyOf(who))
    if (known) return known.cutoff
    const row = await rows.user.get({ tenantId: who.tenantId, userId: who.userId })
    users.set(keyOf(who), { cutoff: row?.value })
    return row?.value
  }

  return {
    isCutOff: async (issued) => {
      const [mark, cutoff] = await Promise.all([tenantMark(issued.tenantId), userCutoff(issued)])
      return [mark, cutoff?.all, cutoff?.[issued.product]].some((found) => isOver(found, issued))
    },
    cutOffUser: async ({ tenantId, userId }, { notBefore, product, lost, role }) => {
      const of: 'all' | SignInProduct = product ?? 'all'
      const mark: Mark = { notBefore: notBefore.toISOString(), ...(lost && { lost }), ...(role && { role }) }
      await rows.user.modify({ tenantId, userId }, (current) => {
        const present = current?.[of]
        return present && present.notBefore > mark.notBefore
          ? (current ?? { tenantId, userId })
          : { ...current, tenantId, userId, [of]: mark }
      })
      users.delete(keyOf({ tenantId, userId }))
    },
    readmitUser: async ({ tenantId, userId }, products, since) => {
      const row = await rows.user.get({ tenantId, userId })
      if (!row) return
      await rows.user.modify({ tenantId, userId }, (current) => readmitted(current ?? row.value, products, since))
      users.delete(keyOf({ tenantId, userId }))
    },
    cutOffTenant: async (tenantId, notBefore) => {
      const mark = notBefore.toISOString()
      await rows.tenant.modify({ tenantId }, (current) =>
        current && current.notBefore > mark ? current : { tenantId, notBefore: mark },
      )
      tenants.delete(tenantId)
    },
  }
}

/** `cutoff` itself when nothing was lost. */
const readmitted = (cutoff: UserCutoff, products: readonly SignInProduct[], since: Date): UserCutoff => {
  const regained = (['all', ...products] as const).filter((of) => {
    const mark = cutoff[of]
    return mark?.lost && Date.parse(mark.notBefore) <= since.getTime()
  })
  if (regained.length === 0) return cutoff
  return { ...cutoff, ...Object.fromEntries(regained.map((of) => [of, { ...cutoff[of], lost: false }])) }
}

const keyOf = ({ tenantId, userId }: Who): string => JSON.stringify([tenantId, userId])
