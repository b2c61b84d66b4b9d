// Whether an organization may be worked for: Hub's word of the last seconds. No event tells of a suspension, so Hub is asked.
import * as z from 'zod'
import { AppError } from '../errors.ts'
import type { HubClient } from '../peers/hub/client.ts'
import { isSuspended } from '../peers/hub/vocabulary.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { createLastWord } from './last-word.ts'

const Standing = z.enum(['active', 'suspended', 'gone'])
type Standing = z.infer<typeof Standing>

const KnownStanding = z.strictObject({ tenantId: z.string(), standing: Standing, seenAt: z.iso.datetime() })

/** What Hub said last, for instances that start while Hub is away. */
export const tenantStandingTable = table('tenantStandings', {
  standing: rowKind({
    schema: KnownStanding,
    partition: ['tenantId'],
    key: [],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

export type TenantStandings = {
  /**
   * Resolves while Hub has the organization as active. Throws `unauthenticated` when it is suspended, or gone though Hub has had it,
   * and `peer-unavailable` when Hub is away and has not vouched for it in the last 4 hours.
   * @param vouchedAt when Hub vouched for it otherwise: the time of a product token, or of the making of a key
   */
  readonly requireActive: (tenantId: string, vouchedAt: string) => Promise<void>
}

type Parts = { readonly store: Store; readonly hub: () => Promise<HubClient>; readonly now: () => Date }

/** A suspension is to take effect within 5 seconds; the rest is for the question to Hub. */
const freshMs = 3_500
const askAgainMs = 2_000
/** How old Hub's word may be while Hub is away. */
const believedMs = 4 * 3_600_000

/** `unheard`: Hub has never had it, and nothing is stored. What is gone may not be taken for that. */
type Said = Standing | 'unheard'

export const createTenantStandings = ({ store, hub, now }: Parts): TenantStandings => {
  const rows = store.open(tenantStandingTable).standing
  const standingOf = createLastWord<{ readonly tenantId: string }, Said>({
    name: 'tenant.standing',
    now,
    freshMs,
    askAgainMs,
    believedMs,
    idOf: ({ tenantId }) => tenantId,
    ask: async ({ tenantId }, before) => {
      const organization = await (await hub()).getOrganization(tenantId)
      if (organization) return isSuspended(organization) ? 'suspended' : 'active'
      return before === undefined ? 'unheard' : before === 'unheard' ? before : 'gone'
    },
    read: async ({ tenantId }) => {
      const row = await rows.get({ tenantId })
      return row && { said: row.value.standing, saidAt: Date.parse(row.value.seenAt) }
    },
    write: async ({ tenantId }, standing, at) => {
      if (standing !== 'unheard') await rows.upsert({ tenantId, standing, seenAt: at.toISOString() })
    },
  })

  return {
    requireActive: async (tenantId, vouchedAt) => {
      const { said, saidAt } = await standingOf({ tenantId })
      if (said === 'suspended' || said === 'gone') throw suspended()
      if (now().getTime() - Math.max(saidAt, Date.parse(vouchedAt)) > believedMs) throw unsaid()
    },
  }
}

const suspended = (): AppError =>
  new AppError(
    'unauthenticated',
    'The organization is suspended in Hub. Contact its owner or the support of The One Stack.',
  )

const unsaid = (): AppError =>
  new AppError('peer-unavailable', 'Hub cannot confirm that the organization is active. Try again in a few seconds.', {
    details: { peer: 'hub', operation: 'get organization', retryAfterSeconds: 5 },
  })
