// What the list of features answers.
import * as z from 'zod'

export const FeatureParams = z.strictObject({
  feature: z.string().regex(/^[a-z-]{1,48}$/, 'must be a name of a feature'),
})

const JsonSchema = z.record(z.string(), z.unknown())

export const Features = z
  .object({
    features: z.array(
      z.object({
        name: z.string(),
        namespace: z.string(),
        summary: z.string(),
        path: z.string().describe('Where to post `{ "input": … }`'),
        input: JsonSchema.describe('JSON Schema, draft 2020-12'),
        output: JsonSchema.describe('JSON Schema of `answer`; a string for Markdown, which can be streamed'),
        modelClass: z.enum(['fast', 'deep']),
        ceiling: z.int().describe('Tokens that an answer may have at most'),
        waitSeconds: z.int().describe('How long an answer can take'),
        audience: z.enum(['internal', 'client']),
        answersWithoutModel: z.boolean().describe('Whether there is an answer by rule when no model can be asked'),
      }),
    ),
  })
  .meta({ id: 'Features', description: 'What the AI Platform can be asked for' })
