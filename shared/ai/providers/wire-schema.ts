// The part of a JSON schema that a wire accepts. What it does not know goes into words, and the answer is checked against the whole schema afterwards.

export type SchemaWire = 'openai' | 'anthropic'

type Json = Readonly<Record<string, unknown>>

/** Of strict mode at Azure OpenAI. */
const limits = { depth: 5, properties: 100, enumValues: 500 } as const

/** Undefined for a schema that the wire cannot have: whose root is no object, with names that are not known before, or too large. */
export const wireSchemaOf = (schema: Json, wire: SchemaWire): Json | undefined => {
  const walk: Walk = { wire, found: { isUnsuited: false, properties: 0, enumValues: 0 }, depth: 1 }
  const levelled = level(schema, walk)
  const { isUnsuited, properties, enumValues } = walk.found
  const isTooLarge = wire === 'openai' && (properties > limits.properties || enumValues > limits.enumValues)
  return levelled['type'] !== 'object' || isUnsuited || isTooLarge ? undefined : levelled
}

type Walk = {
  readonly wire: SchemaWire
  readonly found: { isUnsuited: boolean; properties: number; enumValues: number }
  readonly depth: number
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

/** @param schema as a caller may have written it: it is theirs, and none of it is known to be one */
const level = (schema: unknown, walk: Walk): Json => {
  const { wire, found } = walk
  if (!isJson(schema)) {
    found.isUnsuited = true
    return {}
  }
  const said: string[] = []
  const result: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (kept.has(keyword)) result[keyword] = value
    else if (wire === 'anthropic' && isKeptByAnthropic(keyword, value)) result[keyword] = value
    else if (['allOf', 'not', 'if', 'patternProperties', 'propertyNames', 'prefixItems'].includes(keyword))
      found.isUnsuited = true
    else if (!silent.has(keyword)) said.push(`${keyword}: ${JSON.stringify(value)}`)
  }
  if (schema['$ref'] !== undefined || Object.keys(schema).length === 0) found.isUnsuited = true
  if (Array.isArray(schema['oneOf'])) result['anyOf'] = schema['oneOf']
  if (Array.isArray(result['enum'])) found.enumValues += result['enum'].length
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
  if (isJson(schema['items'])) result['items'] = level(schema['items'], walk)
  if (Array.isArray(result['anyOf']))
    result['anyOf'] = (result['anyOf'] as unknown[]).map((choice) => level(choice, walk))
  if (schema['type'] !== 'object') return
  if (isJson(schema['additionalProperties']) || !isJson(schema['properties'])) walk.found.isUnsuited = true
  if (walk.wire === 'openai' && walk.depth > limits.depth) walk.found.isUnsuited = true
  const properties = Object.entries(isJson(schema['properties']) ? schema['properties'] : {})
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  walk.found.properties += properties.length
  result['properties'] = Object.fromEntries(
    properties.map(([name, property]) => {
      const levelled = level(property, { ...walk, depth: walk.depth + 1 })
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
