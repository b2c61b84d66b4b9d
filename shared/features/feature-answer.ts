// What a caller of a feature gets: the answer with everything that says how far to trust it.
import * as z from 'zod'

/** @param answer the feature's own schema, or text */
export const featureAnswer = <Answer extends z.ZodType>(answer: Answer) =>
  z.object({
    callId: z.string().describe('Of the call in the ledger'),
    feature: z.string(),
    promptVersion: z.string(),
    answer,
    model: z.string().describe('As the provider names it; `embedded` or `rules` when no model was asked'),
    label: z.string().optional().describe('For a person, when the answer is from no model. Show it beside the answer'),
    isComplete: z.boolean().describe('False when the model reached the most that it may say'),
    isRepaired: z.boolean().describe('Whether the model had to be told that its first answer did not fit'),
    isCached: z
      .boolean()
      .describe('Whether it was made earlier, for the same input. No model was asked, and no tokens are counted'),
    ageSeconds: z.int().optional().describe('How long ago it was made, when it was kept'),
    audience: z
      .enum(['internal', 'client'])
      .describe('`internal`: a draft that no client sees before a person approved it'),
    usage: z.object({ promptTokens: z.int(), answerTokens: z.int(), isEstimated: z.boolean() }),
  })

export type FeatureAnswer = z.input<ReturnType<typeof featureAnswer<z.ZodUnknown>>>

/** The events of a streamed answer, by name. The last one is `done`, or `error` with a problem document. */
export const featureEvents = {
  progress: z.object({ stage: z.enum(['asking']) }),
  text: z.object({ text: z.string() }),
  retract: z.object({ reason: z.string() }),
}

export type AnswerEvent<Answer> =
  /** It was let in; `headers` say what is left of the limits. */
  | {
      readonly kind: 'progress'
      readonly stage: 'asking'
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'text'; readonly text: string }
  /** What was shown is to be taken back. */
  | { readonly kind: 'retract'; readonly reason: string }
  | { readonly kind: 'done'; readonly answer: Answer }

export type FeatureEvent = AnswerEvent<FeatureAnswer>
