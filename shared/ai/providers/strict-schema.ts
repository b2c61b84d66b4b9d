// A JSON schema as the strict mode of providers takes it: less than ours says, never something else. The answer is held to ours afterwards.

type Schema = Readonly<Record<string, unknown>>

const keptKeywords = new Set([
  'type',
  'enum',
  'const',
  'description',
  'title',
  '$ref',
  '$defs',
  'anyOf',
  'items',
  'properties',
])

/** Undefined for one that strict mode cannot have: whose root is no object, or that has objects with any members. */
export const strictSchemaOf = (schema: Schema): Schema | undefined =>
  schema['type'] === 'object' && isClosed(schema) ? lowered(schema) : undefined

const partsOf = (schema: Schema): readonly Schema[] =>
  [
    ...Object.values(asSchema(schema['properties'])),
    ...Object.values(asSchema(schema['$defs'])),
    ...((schema['anyOf'] ?? schema['oneOf'] ?? []) as readonly unknown[]),
    schema['items'],
  ]
    .filter((part) => typeof part === 'object' && part !== null)
    .map(asSchema)

const isClosed = (schema: Schema): boolean =>
  !Object.hasOwn(schema, 'allOf') &&
  !Object.hasOwn(schema, 'patternProperties') &&
  (schema['type'] !== 'object' || Object.hasOwn(schema, 'properties')) &&
  typeof schema['additionalProperties'] !== 'object' &&
  partsOf(schema).every(isClosed)

const lowered = (schema: Schema): Schema => {
  const properties = Object.entries(asSchema(schema['properties']))
  const required = new Set((schema['required'] ?? []) as readonly string[])
  const own = Object.fromEntries(Object.entries(schema).filter(([keyword]) => keptKeywords.has(keyword)))
  return {
    ...own,
    ...(schema['items'] !== undefined && { items: lowered(asSchema(schema['items'])) }),
    ...((schema['anyOf'] ?? schema['oneOf']) !== undefined && {
      anyOf: ((schema['anyOf'] ?? schema['oneOf']) as readonly unknown[]).map((part) => lowered(asSchema(part))),
    }),
    ...(schema['$defs'] !== undefined && {
      $defs: Object.fromEntries(
        Object.entries(asSchema(schema['$defs'])).map(([name, part]) => [name, lowered(asSchema(part))]),
      ),
    }),
    ...(schema['type'] === 'object' && {
      // All have to be there: what may be left out may be null instead.
      properties: Object.fromEntries(
        properties.map(([name, part]) => [
          name,
          required.has(name) ? lowered(asSchema(part)) : orNull(lowered(asSchema(part))),
        ]),
      ),
      required: properties.map(([name]) => name),
      additionalProperties: false,
    }),
  }
}

const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })

const asSchema = (value: unknown): Schema => (value ?? {}) as Schema
