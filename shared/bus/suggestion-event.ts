// What PSA tells of a suggestion for a ticket: that somebody saw a part of it, and what they made of it.
import * as z from 'zod'
import { outcomes, suggestedFields } from '../schema/suggestion-outcome.ts'
import { reading, spare } from '../schema/reading.ts'
import { shortId } from './short-id.ts'

const id = z.string().min(1).max(200)
const anyId = z
  .string()
  .min(1)
  .overwrite((text) => shortId(text))

/** `suggestion_id`: the `callId` of the answer, or an id of PSA that no other suggestion has. */
export const SuggestionAnswered = z.strictObject({
  suggestion_id: id,
  field: z.enum(suggestedFields),
  outcome: z.enum(outcomes),
  answered_at: z.iso.datetime(),
})
export const ReadSuggestionAnswered = reading(
  z.object({
    suggestion_id: anyId,
    field: spare(SuggestionAnswered.shape.field),
    outcome: spare(SuggestionAnswered.shape.outcome),
    answered_at: spare(SuggestionAnswered.shape.answered_at),
  }),
)
