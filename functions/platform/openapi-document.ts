// The OpenAPI 3.1 document of one product, made from the definitions that the host runs: it cannot say anything else than they do.
import * as z from 'zod'
import type { CallerRule } from '../../shared/auth/caller.ts'
import { signIns } from '../../shared/auth/sign-in.ts'
import { type ErrorCode, errorTable } from '../../shared/error-table.ts'
import { OpenAiErrorBody } from '../../shared/http/openai-error-body.ts'
import { Problem } from '../../shared/http/problem-document.ts'
import { problemContentType } from '../../shared/http/problem.ts'
import { type HttpDefinition, mediaTypeOf } from '../../shared/triggers/http.ts'
import { type SchemaSource, schemaOf } from '../../shared/triggers/schema-source.ts'

/** It is made here and of our own schemas: that it is an object is all that has to be held to. */
export const OpenApiDocument = z.record(z.string(), z.unknown())
type JsonObject = z.infer<typeof OpenApiDocument>

type Described = {
  readonly title: string
  readonly version: string
  /** Absent: the address at which the document is read. */
  readonly serverUrl: string | undefined
  readonly definitions: readonly HttpDefinition[]
}

/** @param described.serverUrl public origin of the product's functions; routes stand below `/api` */
export const openApiDocument = async ({
  title,
  version,
  serverUrl = '',
  definitions,
}: Described): Promise<JsonObject> => {
  const schemas = new Schemas()
  const paths: Record<string, JsonObject> = {}
  for (const definition of definitions) {
    const path = `/${definition.route.replaceAll(/\{(\w+)[^}]*\}/g, '{$1}')}`
    paths[path] = { ...paths[path], [definition.method.toLowerCase()]: await operationOf(definition, schemas) }
  }
  return {
    openapi: '3.1.1',
    info: { title, version, description: 'Failures are RFC 9457 problem documents. Times are UTC ISO 8601.' },
    servers: [{ url: `${serverUrl}/api` }],
    paths,
    components: { schemas: schemas.all(), securitySchemes },
  }
}

const securitySchemes = {
  codeSession: { type: 'apiKey', in: 'cookie', name: signIns.code.cookie },
  aiSession: { type: 'apiKey', in: 'cookie', name: signIns.ai.cookie },
  integrationKey: { type: 'apiKey', in: 'header', name: 'X-Integration-Key' },
  operator: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: "Access token of the operators' directory (Microsoft Entra) for this API, with app roles of a person",
  },
}

const operationOf = async (definition: HttpDefinition, schemas: Schemas): Promise<JsonObject> => {
  const { name, summary, callers, params, query, body } = definition
  const bodySchema = body && (await schemaOf(body))
  const takesIdempotencyKey =
    definition.method !== 'GET' &&
    definition.idempotencyKey === undefined &&
    callers.every(({ kind }) => kind !== 'anyone')
  return {
    operationId: name,
    summary,
    description: `Callers: ${callers.map(callerText).join('; ')}.`,
    security: callers.map(securityOf),
    parameters: [
      ...(await parametersOf('path', params)),
      ...(await parametersOf('query', query)),
      ...(takesIdempotencyKey ? [idempotencyKeyParameter] : []),
      ...(definition.givesKeptAnswers ? [cacheControlParameter] : []),
    ],
    ...(bodySchema && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          (definition.accepts ?? ['json']).map((format) => [
            format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
            { schema: schemas.of(bodySchema, 'input') },
          ]),
        ),
      },
    }),
    responses: { ...(await successesOf(definition, schemas)), ...failuresOf(definition, schemas, takesIdempotencyKey) },
  }
}

const callerText = (rule: CallerRule): string => {
  switch (rule.kind) {
    case 'session':
      return `people signed in to ${signIns[rule.product].name} as ${rule.atLeast} or more`
    case 'integration':
      return `products whose integration key has the scope ${rule.scope}`
    case 'operator':
      return `operators of the platform with the role ${rule.role} and an access to the organization`
    case 'platform':
      return `operators of the platform with the role ${rule.roles.join(' or ')}`
    case 'anyone':
      return 'anyone'
  }
}

const securityOf = (rule: CallerRule): JsonObject => {
  switch (rule.kind) {
    case 'session':
      return { [`${rule.product}Session`]: [] }
    case 'integration':
      return { integrationKey: [rule.scope] }
    case 'operator':
      return { operator: [rule.role] }
    case 'platform':
      return { operator: rule.roles }
    case 'anyone':
      return {}
  }
}

const idempotencyKeyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'A request repeated with the same key within 24 hours gets the first answer again',
  schema: { type: 'string', minLength: 1, maxLength: 257 },
}

const cacheControlParameter = {
  name: 'Cache-Control',
  in: 'header',
  required: false,
  description: '`no-cache`: not an answer that was made earlier. `no-store`: nor is this one kept',
  schema: { type: 'string' },
}

const parametersOf = async (
  where: 'path' | 'query',
  source: SchemaSource | undefined,
): Promise<readonly JsonObject[]> => {
  if (!source) return []
  const { properties = {}, required = [] } = jsonSchemaOf(await schemaOf(source), 'input') as {
    properties?: Record<string, JsonObject>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: property,
  }))
}

const successesOf = async ({ returns, events }: HttpDefinition, schemas: Schemas): Promise<JsonObject> => {
  const successes: JsonObject = {}
  for (const [status, source] of Object.entries(returns)) {
    const schema = await schemaOf(source)
    successes[status] = {
      description: successText[status] ?? 'The request succeeded',
      ...(schema.def.type !== 'undefined' && {
        content: { [mediaTypeOf(schema) ?? 'application/json']: { schema: schemas.of(schema, 'output') } },
      }),
    }
  }
  if (!events) return successes
  const answer = (successes['200'] ?? {
    description: successText['200'] ?? 'The request succeeded',
  }) as JsonObject
  const content = {
    ...(answer['content'] as JsonObject | undefined),
    'text/event-stream': await eventsOf(events, schemas),
  }
  return { ...successes, 200: { ...answer, content } }
}

/** OpenAPI 3.1 describes a stream by its text: what the events hold stands beside it. */
const eventsOf = async (events: NonNullable<HttpDefinition['events']>, schemas: Schemas): Promise<JsonObject> => {
  const described: JsonObject = {}
  for (const [name, source] of Object.entries(events)) described[name] = schemas.of(await schemaOf(source), 'output')
  return { schema: { type: 'string', description: 'Server-sent events, by name' }, 'x-events': described }
}

const successText: Readonly<Record<string, string>> = {
  201: 'It was created',
  204: 'Done; there is nothing to say',
  302: 'Go on at the address in Location',
  303: 'Go on at the address in Location',
  503: 'Not ready',
}

/** What can go wrong with every request of this kind, and what the definition adds, by status. */
const failuresOf = (definition: HttpDefinition, schemas: Schemas, takesIdempotencyKey: boolean): JsonObject => {
  const needsCaller = definition.callers.every(({ kind }) => kind !== 'anyone')
  const codes = new Set<ErrorCode>([
    ...(definition.query || definition.params || definition.body ? (['validation-failed'] as const) : []),
    ...(definition.query || definition.body ? (['malformed-request'] as const) : []),
    ...(definition.body ? (['body-too-large', 'unsupported-media-type'] as const) : []),
    ...(needsCaller ? (['unauthenticated', 'forbidden', 'storage-unavailable', 'peer-unavailable'] as const) : []),
    ...(definition.method !== 'GET' ? (['cross-site-request'] as const) : []),
    ...(takesIdempotencyKey ? (['validation-failed', 'idempotency-key-reused', 'request-in-progress'] as const) : []),
    'too-many-requests',
    'not-configured',
    'vault-unavailable',
    'internal',
    ...(definition.errors ?? []),
  ])
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status)
  const ownStatuses = Object.keys(definition.returns)
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !ownStatuses.includes(String(status)))
      .sort(([a], [b]) => a - b)
      .map(([status, of]) => [
        status,
        {
          description: of.map((code) => `${code}: ${errorTable[code].title}`).join('; '),
          content:
            definition.wire === 'openai'
              ? { 'application/json': { schema: schemas.of(OpenAiErrorBody, 'output') } }
              : { [problemContentType]: { schema: schemas.of(Problem, 'output') } },
        },
      ]),
  )
}

const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonObject => {
  const {
    $schema: _,
    mediaType: __,
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as JsonObject
  return rest
}

/** Collects the schemas that have a name, so that each stands once under `components`. */
class Schemas {
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

/** JSON Schema's own place for definitions becomes OpenAPI's. */
const relinked = (schema: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as JsonObject
