// The features of the AI Platform as packages/ai-gateway/src has them, from their definitions, so that the client is typed as they are: a file
// for each namespace, and one that lists them all. `npm run docs` writes them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type JSONSchema, compile } from 'json-schema-to-typescript'
import { type FormatConfig, format } from 'oxfmt'
import * as z from 'zod'
import { features } from '../functions/ai/features/features.ts'
import { projectFolder } from '../local/parts.ts'
import { schemaOf } from '../shared/triggers/schema-source.ts'

type NamedFile = { readonly file: string; readonly text: string }

export const featureTypesFolder = join(projectFolder, 'packages/ai-gateway/src')

const origin = 'Written from their definitions: change those, then run "npm run docs".'

/** All files, formatted; `file` is a name in `featureTypesFolder`. */
export const featureTypes = async (): Promise<readonly NamedFile[]> => {
  const namespaces = [...new Set(features.map(({ namespace }) => namespace))].toSorted()
  const files: NamedFile[] = []
  for (const namespace of namespaces) files.push({ file: `${namespace}-features.ts`, text: await typesOf(namespace) })
  return [...files, { file: 'features.ts', text: await listOf(namespaces) }]
}

const listOf = async (namespaces: readonly string[]): Promise<string> => {
  const list = [
    `// The features of the AI Platform, by name. ${origin}`,
    ...namespaces.map((one) => `import type { ${titleOf(one)} } from './${one}-features.ts'`),
    '',
    `export interface Features extends ${namespaces.map(titleOf).join(', ')} {}`,
    '',
    'export type FeatureName = keyof Features',
  ].join('\n')
  return formatted(list)
}

const titleOf = (namespace: string): string => `${namespace.charAt(0).toUpperCase()}${namespace.slice(1)}Features`

const typesOf = async (namespace: string): Promise<string> => {
  const properties: Record<string, JSONSchema> = {}
  for (const feature of features) if (feature.namespace === namespace) properties[feature.name] = await typeOf(feature)
  const all: JSONSchema = {
    title: titleOf(namespace),
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties),
    properties,
  }
  const bannerComment = `// The features of the namespace ${namespace}, by name. ${origin}`
  return formatted(await compile(all, titleOf(namespace), { bannerComment, ignoreMinAndMaxItems: true, format: false }))
}

const formatted = async (text: string): Promise<string> => {
  const options = JSON.parse(readFileSync(join(projectFolder, '.oxfmtrc.json'), 'utf8')) as FormatConfig
  const { code, errors } = await format('types.ts', text, options)
  if (errors.length > 0) throw new Error(`The types of the features cannot be formatted: ${JSON.stringify(errors)}`)
  return code
}

const typeOf = async ({ summary, input, output }: (typeof features)[number]): Promise<JSONSchema> => ({
  type: 'object',
  description: summary,
  additionalProperties: false,
  required: ['input', 'output'],
  properties: {
    input: jsonSchema(await schemaOf(input), 'input'),
    output: output === 'text' ? { type: 'string' } : jsonSchema(await schemaOf(output), 'output'),
  },
})

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JSONSchema => {
  const { $schema: _, id: __, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' })
  return own as JSONSchema
}
