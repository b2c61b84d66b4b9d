// The JSON Schema of an answer, and the answer read by it.
import * as z from 'zod'

type Json = Readonly<Record<string, unknown>>

/** Draft 2020-12, of what goes in. */
export const jsonSchemaOf = (schema: z.ZodType): Json => {
  const { $schema: _, ...root } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'inline' })
  return root
}

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

const takesNull = (schema: Json): boolean =>
  schema['type'] === 'null' || (Array.isArray(schema['anyOf']) && (schema['anyOf'] as Json[]).some(takesNull))

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
