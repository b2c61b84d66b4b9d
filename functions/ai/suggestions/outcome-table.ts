// What became of suggestions for tickets: what was taken in, so that it counts once, and the sums of each day.
import * as z from 'zod'
import { outcomes, suggestedFields } from '../../../shared/schema/suggestion-outcome.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const count = z.int().min(0)

export const DayCounts = z.strictObject({ shown: count, accepted: count, edited: count, dismissed: count })
export type DayCounts = z.infer<typeof DayCounts>

const keepFor = { days: 400 }
const dataOf = { tenant: ['tenantId'] }

/** In one partition, since what is taken in and its sum are written together. */
export const outcomeTable = table('aiSuggestionOutcomes', {
  /** `decided`: accepted, edited or dismissed. Whoever writes it first has decided. */
  taken: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      suggestionId: z.string(),
      field: z.enum(suggestedFields),
      stage: z.enum(['shown', 'decided']),
      outcome: z.enum(outcomes),
      takenAt: z.iso.datetime(),
    }),
    partition: ['tenantId'],
    key: ['suggestionId', 'field', 'stage'],
    keepFor,
    dataOf,
  }),
  day: rowKind({
    schema: z.strictObject({
      tenantId: z.string(),
      /** Of UTC: `2026-03-01`. */
      day: z.string(),
      field: z.enum(suggestedFields),
      ...DayCounts.shape,
    }),
    partition: ['tenantId'],
    key: ['day', 'field'],
    keepFor,
    dataOf,
  }),
})
