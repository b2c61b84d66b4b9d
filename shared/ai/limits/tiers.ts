// Which tier of AI a call runs on (HUB-7): Hub's word of the last minute, never the caller's.
import * as z from 'zod'
import { AppError } from '../../errors.ts'
import type { HubClient } from '../../peers/hub/client.ts'
import { type AiTier, aiTiers } from '../../peers/hub/vocabulary.ts'
import type { Store } from '../../store/store.ts'
import { rowKind, table } from '../../store/table.ts'
import { createLastWord } from '../../tenants/last-word.ts'

const none = 'none' as const
const Said = z.enum([...aiTiers, none])
type Said = z.infer<typeof Said>

/** What Hub said last, for instances that start while Hub is away. The user is '' for the organization itself. */
export const aiTierTable = table('aiTiers', {
  tier: rowKind({
    schema: z.strictObject({ tenantId: z.string(), userId: z.string(), tier: Said, seenAt: z.iso.datetime() }),
    partition: ['tenantId'],
    key: ['userId'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], person: ['userId'] },
  }),
})

export type AiTiers = {
  /**
   * The tier that Hub has for the user, or for the organization where there is no user, or none for the user.
   * @throws AppError `ai-tier-missing` with what to buy and where; `peer-unavailable` when Hub is away and has not said it in the last
   * 4 hours
   */
  readonly tierOf: (tenantId: string, userId?: string) => Promise<AiTier>
}

type Parts = {
  readonly store: Store
  readonly hub: () => Promise<HubClient>
  readonly now: () => Date
  /** Where tiers are bought. */
  readonly hubUrl: () => string
}

const freshMs = 60_000
const askAgainMs = 45_000
/** How old Hub's word may be while Hub is away: as that on the organization itself. */
const believedMs = 4 * 3_600_000

const wholeOrganization = ''

export const createAiTiers = ({ store, hub, now, hubUrl }: Parts): AiTiers => {
  const rows = store.open(aiTierTable).tier
  const wordOn = createLastWord<{ readonly tenantId: string; readonly userId: string }, Said>({
    name: 'ai.tier',
    now,
    freshMs,
    askAgainMs,
    believedMs,
    idOf: ({ tenantId, userId }) => JSON.stringify([tenantId, userId]),
    ask: async ({ tenantId, userId }) => {
      const client = await hub()
      const holder = await (userId === wholeOrganization
        ? client.getOrganization(tenantId)
        : client.getUser(tenantId, userId))
      const tier = holder?.aiTier
      // One that this version does not know gives nothing that Hub does not say in known words.
      return tier === undefined || tier === 'unknown' ? none : tier
    },
    read: async (holder) => {
      const row = await rows.get(holder)
      return row && { said: row.value.tier, saidAt: Date.parse(row.value.seenAt) }
    },
    write: async (holder, tier, at) => {
      await rows.upsert({ ...holder, tier, seenAt: at.toISOString() })
    },
  })

  const tierFor = async (tenantId: string, userId: string): Promise<Said> => {
    const { said, saidAt } = await wordOn({ tenantId, userId })
    if (said === undefined || now().getTime() - saidAt > believedMs) throw unsaid()
    return said
  }

  return {
    tierOf: async (tenantId, userId = wholeOrganization) => {
      const [own, shared] = await Promise.all([
        userId === wholeOrganization ? none : tierFor(tenantId, userId),
        tierFor(tenantId, wholeOrganization),
      ])
      const tier = own === none ? shared : own
      if (tier === none) throw missing(hubUrl())
      return tier
    },
  }
}

const offers: Readonly<Record<AiTier, string>> = {
  'ai-basic': 'AI Basic, $19 a month: standard limits',
  'ai-pro': 'AI Pro, $35 a month: higher limits, and ahead in the queue',
  'ai-enterprise': 'AI Enterprise, $59 a month: the highest limits, and capacity of its own',
}

const missing = (buyAt: string): AppError =>
  new AppError(
    'ai-tier-missing',
    `Neither the user nor the organization has a tier of AI. Buy AI Basic, AI Pro or AI Enterprise in Hub: ${buyAt}`,
    { details: { offers: aiTiers.map((tier) => offers[tier]), buyAt } },
  )

const unsaid = (): AppError =>
  new AppError('peer-unavailable', 'Hub cannot say now which tier of AI there is. Try again in some seconds.', {
    details: { peer: 'hub', operation: 'get AI tier', retryAfterSeconds: 5 },
  })
