// A feature as the list shows it.
import * as z from 'zod'
import type { Feature } from '../../../shared/features/feature.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'
import type { Features } from './contract.ts'

type Shown = z.input<typeof Features>['features'][number]

export const shownFeature = async (feature: Feature): Promise<Shown> => {
  const { name, namespace, summary, modelClass, ceiling, waitMs, audience, output } = feature
  return {
    name,
    namespace,
    summary,
    path: `/api/ai/features/${name}`,
    input: jsonSchema(await schemaOf(feature.input), 'input'),
    output: output === 'text' ? { type: 'string' } : jsonSchema(await schemaOf(output), 'output'),
    modelClass,
    ceiling,
    waitSeconds: Math.ceil(waitMs / 1_000),
    audience,
    answersWithoutModel: output === 'text' || feature.fallback !== undefined,
  }
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' })
  return own
}
