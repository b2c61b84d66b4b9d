// What the endpoints of AI usage, and of its limits, take and answer.
import * as z from 'zod'
import { AiLimits } from '../../../shared/ai/limits/figures.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { TenantPath } from '../../../shared/http/tenant-path.ts'
import { aiTiers } from '../../../shared/peers/hub/vocabulary.ts'

const id = z.string().min(1).max(200)
const dayMs = 86_400_000
const daysMax = 366

export const UsageQuery = z
  .strictObject({
    ...pageQuery(50),
    from: z.iso.date().optional().describe('First day in UTC, 29 days before `to` unless told'),
    to: z.iso.date().optional().describe('Last day in UTC, today unless told'),
    userId: id.optional().describe('One person alone. Who is no admin sees their own usage in any case'),
    feature: id.optional(),
    model: id.optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, 'must end after it begins')
  .refine(
    ({ from, to }) => from === undefined || to === undefined || (Date.parse(to) - Date.parse(from)) / dayMs < daysMax,
    `has at most ${daysMax} days`,
  )
export type UsageQuery = z.output<typeof UsageQuery>

const count = z.int().min(0)

export const UsageSum = z
  .object({
    date: z.iso.date().describe('Day in UTC on which the calls began'),
    feature: z.string(),
    model: z.string(),
    tier: z.enum(aiTiers),
    userId: z.string().optional().describe('Absent where the sum is that of the whole organization'),
    calls: count,
    failed: count.describe('Calls of these that came to nothing'),
    lost: count.describe('Calls of these of which it is not known how they went; nothing is charged for them'),
    promptTokens: count,
    completionTokens: count,
    audioSeconds: count
      .optional()
      .describe('Of recordings that were written down; each second counts for 10 of the promptTokens'),
    estimated: count.describe('Calls whose tokens are reckoned, since the provider did not say'),
    cached: count.describe(
      'Calls that were answered with a kept answer: no model was asked, and no tokens are counted',
    ),
  })
  .meta({ id: 'AiUsageSum' })

export const Usage = z
  .object({ usage: z.array(UsageSum), nextCursor })
  .meta({ id: 'AiUsage', description: 'In the order of days' })

export const LimitsPath = z.strictObject({ ...TenantPath.shape, tier: z.enum(aiTiers) })

export const LimitsDraft = z
  .strictObject(AiLimits.partial().shape)
  .meta({ id: 'AiLimitsDraft', description: 'What is left out is as the tier has it' })

export const Limits = z
  .object({
    tier: z.enum(aiTiers),
    limits: z.object(AiLimits.shape),
    isOverridden: z.boolean().describe('An operator has set something else than what the tier has'),
  })
  .meta({ id: 'AiLimits' })
