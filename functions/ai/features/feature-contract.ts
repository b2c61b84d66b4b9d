// What the function of a feature takes and answers: the feature's own schemas, and what stands around them.
import * as z from 'zod'
import type { Feature } from '../../../shared/features/feature.ts'
import { featureAnswer, featureEvents } from '../../../shared/features/feature-answer.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'

export const questionOf = <Input extends z.ZodType>(input: Input) =>
  z.strictObject({
    input,
    userId: OpaqueId.optional().describe(
      'On whose behalf a product asks: the tier and the limits of this user count. Left out: those of the organization',
    ),
  })

export const eventOf = async (name: keyof typeof featureEvents) => featureEvents[name]

export const answerOf = async (output: Feature['output']) =>
  featureAnswer(output === 'text' ? z.string() : await schemaOf(output))
