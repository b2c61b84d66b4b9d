// The JSON Schema that a wire accepts for an answer. Each wire knows a part of the language only: what it does not know goes into words, and
// the answer is checked against the whole schema afterwards.
import * as z from 'zod'
import type { OutputSchema } from '../providers/provider.ts'

export type SchemaWire = 'openai' | 'anthropic'

type Json = Readonly<Record<string, unknown>>

/**
 * What can be asked for natively, or why that is not possible: then the schema goes into the prompt.
 * @param name 1 to 64 of `A-Z a-z 0-9 _ -`
 */
export type WireSchema =
  | { readonly kind: 'native'; readonly output: OutputSchema }
  | { readonly kind: 'unsuited'; readonly reasons: readonly string[] }

/** Of strict mode at Azure OpenAI. */
const limits = { depth: 5, properties: 100, enumValues: 500 } as const

export const wireSchemaOf = (schema: z.ZodType, wire: SchemaWire, name: string): WireSchema => {
  const reasons: string[] = []
  const root = jsonSchemaOf(schema)
  const counts = { properties: 0, enumValues: 0 }
  const levelled = level(root, { wire, reasons, counts, depth: 1, path: name })
  if (levelled['type'] !== 'object') reasons.push(`${name} is no object`)
  if (wire === 'openai' && counts.properties > limits.properties)
    reasons.push(`${name} has ${counts.properties} properties, at most ${limits.properties} are possible`)
  if (wire === 'openai' && counts.enumValues > limits.enumValues)
    reasons.push(`${name} has ${counts.enumValues} values to choose from, at most ${limits.enumValues} are possible`)
  return reasons.length > 0 ? { kind: 'unsuited', reasons } : { kind: 'native', output: { name, schema: levelled } }
}

/** Draft 2020-12, of what goes in. */
export const jsonSchemaOf = (schema: z.ZodType): Json => {
  const { $schema: _, ...root } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'inline' })
  return root
}

type Walk = {
  readonly wire: SchemaWire
  readonly reasons: string[]
  readonly counts: { properties: number; enumValues: number }
  readonly depth: number
  readonly path: string
}

const kept = new Set([
  'type',
  'enum',
  'const',
  'description',
  'properties',
  'required',
  'items',
  'anyOf',
  '$ref',
  '$defs',
])
const anthropicFormats = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
])
/** Say nothing about what may stand in the answer. */
const silent = new Set(['default', 'title', 'examples', 'additionalProperties', 'oneOf', 'id'])

const level = (schema: Json, walk: Walk): Json => {
  const { wire, reasons, path } = walk
  const said: string[] = []
  const result: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (kept.has(keyword)) result[keyword] = value
    else if (wire === 'anthropic' && isKeptByAnthropic(keyword, value)) result[keyword] = value
    else if (['allOf', 'not', 'if', 'patternProperties', 'propertyNames', 'prefixItems'].includes(keyword))
      reasons.push(`${path} uses ${keyword}`)
    else if (!silent.has(keyword)) said.push(`${keyword}: ${JSON.stringify(value)}`)
  }
  if (schema['$ref'] !== undefined || Object.keys(schema).length === 0)
    reasons.push(`${path} is of any shape, or of its own`)
  if (Array.isArray(schema['oneOf'])) result['anyOf'] = schema['oneOf']
  if (Array.isArray(result['enum'])) walk.counts.enumValues += result['enum'].length
  if (wire === 'openai' && 'const' in result) {
    result['enum'] = [result['const']]
    delete result['const']
  }
  if (said.length > 0) result['description'] = [schema['description'], `(${said.join(', ')})`].filter(Boolean).join(' ')
  levelInner(schema, result, walk)
  return result
}

const isKeptByAnthropic = (keyword: string, value: unknown): boolean =>
  (keyword === 'minItems' && (value === 0 || value === 1)) ||
  (keyword === 'format' && anthropicFormats.has(String(value)))

const levelInner = (schema: Json, result: Record<string, unknown>, walk: Walk): void => {
  if (isJson(schema['items'])) result['items'] = level(schema['items'], { ...walk, path: `${walk.path}[]` })
  if (Array.isArray(result['anyOf'])) result['anyOf'] = (result['anyOf'] as Json[]).map((choice) => level(choice, walk))
  if (schema['type'] !== 'object') return
  if (isJson(schema['additionalProperties'])) walk.reasons.push(`${walk.path} has names that are not known before`)
  if (walk.wire === 'openai' && walk.depth > limits.depth)
    walk.reasons.push(`${walk.path} is deeper than ${limits.depth} levels`)
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
  const required = (schema['required'] ?? []) as readonly string[]
  walk.counts.properties += properties.length
  result['properties'] = Object.fromEntries(
    properties.map(([name, property]) => {
      const levelled = level(property, { ...walk, depth: walk.depth + 1, path: `${walk.path}.${name}` })
      // Strict mode knows no optional property: one that is left out is null.
      return [name, walk.wire === 'openai' && !required.includes(name) ? nullable(levelled) : levelled]
    }),
  )
  result['required'] = walk.wire === 'openai' ? properties.map(([name]) => name) : required
  result['additionalProperties'] = false
}

const nullable = (schema: Json): Json => (takesNull(schema) ? schema : { anyOf: [schema, { type: 'null' }] })

const takesNull = (schema: Json): boolean =>
  schema['type'] === 'null' || (Array.isArray(schema['anyOf']) && (schema['anyOf'] as Json[]).some(takesNull))

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The answer without the nulls that stand for properties that were left out. A null that the schema allows stays. */
export const withoutFilledNulls = (value: unknown, schema: Json): unknown => {
  if (Array.isArray(value)) {
    const { items } = schema
    return isJson(items) ? value.map((item) => withoutFilledNulls(item, items)) : value
  }
  if (!isJson(value)) return value
  const choices = (schema['anyOf'] ?? schema['oneOf']) as readonly Json[] | undefined
  if (choices) return choices.reduce<unknown>((inner, choice) => withoutFilledNulls(inner, choice), value)
  const properties = (schema['properties'] ?? {}) as Record<string, Json>
  const required = (schema['required'] ?? []) as readonly string[]
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (property === undefined) return [[name, inner]]
      if (inner === null && !required.includes(name) && !takesNull(property)) return []
      return [[name, withoutFilledNulls(inner, property)]]
    }),
  )
}
