// Schemas as an OpenAPI document has them: those that have a name stand once under `components`, and everywhere else is a reference.
import * as z from 'zod'

export type JsonObject = Record<string, unknown>

/** Collects them while a document is made. */
export class NamedSchemas {
  readonly #named: Record<string, JsonObject> = {}

  /** The schema in place, with references to the named ones in it. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const { $defs = {}, ...own } = jsonSchemaOf(schema, io) as { $defs?: Record<string, JsonObject> }
    for (const [name, definition] of Object.entries($defs)) this.#named[name] = relinked(definition)
    const id = schema.meta()?.['id']
    // A schema that refers to its own name stands among the definitions already.
    if (typeof id !== 'string' || '$ref' in own) return relinked(own)
    this.#named[id] = relinked(own)
    return { $ref: `#/components/schemas/${id}` }
  }

  all(): Record<string, JsonObject> {
    return this.#named
  }
}

/** As JSON Schema; what has a name and is referred to stands under `$defs`. */
export const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonObject => {
  const {
    $schema: _,
    mediaType: __,
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as JsonObject
  return rest
}

/** JSON Schema's own place for definitions becomes OpenAPI's. */
const relinked = (schema: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as JsonObject
