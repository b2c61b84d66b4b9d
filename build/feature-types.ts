// Writes packages/ai-gateway/src/features.ts from the features of the AI Platform, so that the client is typed as they are. `npm run docs` runs it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type JSONSchema, compile } from 'json-schema-to-typescript'
import * as z from 'zod'
import { features } from '../functions/ai/features/features.ts'
import { projectFolder } from '../local/parts.ts'
import { schemaOf } from '../shared/triggers/schema-source.ts'

export const featureTypesFile = join(projectFolder, 'packages/ai-gateway/src/features.ts')

const header =
  '// The features of the AI Platform, by name. Written from their definitions: change those, then run "npm run docs".'

/** The whole file, formatted. */
export const featureTypes = async (): Promise<string> => {
  const properties: Record<string, JSONSchema> = {}
  for (const { name, input, output, summary } of features)
    properties[name] = {
      type: 'object',
      description: summary,
      additionalProperties: false,
      required: ['input', 'output'],
      properties: {
        input: jsonSchema(await schemaOf(input), 'input'),
        output: output === 'text' ? { type: 'string' } : jsonSchema(await schemaOf(output), 'output'),
      },
    }
  const all: JSONSchema = {
    title: 'Features',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  }
  const types = await compile(all, 'Features', {
    bannerComment: header,
    ignoreMinAndMaxItems: true,
    style: { semi: false, singleQuote: true, printWidth: 120, trailingComma: 'all' },
  })
  return `${types}\nexport type FeatureName = keyof Features\n`
}

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JSONSchema => {
  const { $schema: _, id: __, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' })
  return own as JSONSchema
}

if (import.meta.main) writeFileSync(featureTypesFile, await featureTypes())
