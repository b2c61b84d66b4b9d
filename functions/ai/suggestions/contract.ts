// What the endpoints of suggestions take and answer.
import * as z from 'zod'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { outcomes, suggestedFields } from '../../../shared/schema/suggestion-outcome.ts'
import { DayCounts } from './outcome-table.ts'

export const OutcomeDraft = z.strictObject({
  suggestionId: OpaqueId.describe(
    'The callId of the answer of ticket-suggest, or an id of PSA that no other suggestion has',
  ),
  field: z.enum(suggestedFields).describe('What of the suggestion it is about'),
  outcome: z
    .enum(outcomes)
    .describe(
      'shown: a technician saw it. edited: taken with changes. Of accepted, edited and dismissed the first one stands',
    ),
})
export type OutcomeDraft = z.output<typeof OutcomeDraft>

export const OutcomeTaken = z
  .object({
    outcome: z.enum(['counted', 'known']).describe('known: it was counted before, or something else was decided'),
  })
  .meta({ id: 'SuggestionOutcomeTaken' })

const day = z.iso.date()
export const OutcomesQuery = z
  .strictObject({
    from: day.optional().describe('First day (UTC). Default 30 days up to the last one'),
    to: day.optional().describe('Last day. Default today'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['from'],
    error: 'must not be after the last day',
  })
export type OutcomesQuery = z.output<typeof OutcomesQuery>

const field = z.enum(suggestedFields)

export const Outcomes = z
  .object({
    from: day,
    to: day,
    days: z.array(z.object({ day, field, ...DayCounts.shape })),
    totals: z.array(
      z.object({
        field,
        ...DayCounts.shape,
        acceptanceRate: z
          .number()
          .nullable()
          .describe(
            'Accepted and edited, of those that were shown; null where none was. One shown on one day may be decided on another',
          ),
      }),
    ),
  })
  .meta({ id: 'SuggestionOutcomes', description: 'What became of suggestions for tickets' })
export type Outcomes = z.input<typeof Outcomes>
