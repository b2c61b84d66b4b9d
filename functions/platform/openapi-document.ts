// The OpenAPI 3.1 document of one product, made from the definitions that the host runs: it cannot say anything else than they do.
import * as z from 'zod'
import type { CallerRule } from '../../shared/auth/caller.ts'
import { signIns } from '../../shared/auth/sign-in.ts'
import type { HttpDefinition } from '../../shared/triggers/http.ts'
import { type SchemaSource, schemaOf } from '../../shared/triggers/schema-source.ts'
import { failuresOf, successesOf } from './openapi-answers.ts'
import { type JsonObject, NamedSchemas, jsonSchemaOf } from './openapi-schemas.ts'

/** It is made here and of our own schemas: that it is an object is all that has to be held to. */
export const OpenApiDocument = z.record(z.string(), z.unknown())
type OpenApiDocument = z.infer<typeof OpenApiDocument>

type Described = {
  readonly title: string
  readonly version: string
  readonly definitions: readonly HttpDefinition[]
}

/** Without its servers, which are known when it is asked for. */
export const openApiDocument = async ({ title, version, definitions }: Described): Promise<OpenApiDocument> => {
  const schemas = new NamedSchemas()
  const paths: Record<string, JsonObject> = {}
  for (const definition of definitions) {
    const path = `/${definition.route.replaceAll(/\{(\w+)[^}]*\}/g, '{$1}')}`
    paths[path] = { ...paths[path], [definition.method.toLowerCase()]: await operationOf(definition, schemas) }
  }
  return {
    openapi: '3.1.1',
    info: { title, version, description: 'Failures are RFC 9457 problem documents. Times are UTC ISO 8601.' },
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

const operationOf = async (definition: HttpDefinition, schemas: NamedSchemas): Promise<JsonObject> => {
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
