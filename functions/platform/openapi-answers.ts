// The part of an OpenAPI document that says what a function answers: what it returns or streams, and what can go wrong.
import { type ErrorCode, errorTable } from '../../shared/error-table.ts'
import { OpenAiErrorBody } from '../../shared/http/openai-error-body.ts'
import { Problem } from '../../shared/http/problem-document.ts'
import { problemContentType } from '../../shared/http/problem.ts'
import { type HttpDefinition, mediaTypeOf } from '../../shared/triggers/http.ts'
import { schemaOf } from '../../shared/triggers/schema-source.ts'
import type { JsonObject, NamedSchemas } from './openapi-schemas.ts'

/** What a function answers when all is well, by status. */
export const successesOf = async ({ returns, events }: HttpDefinition, schemas: NamedSchemas): Promise<JsonObject> => {
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
const eventsOf = async (events: NonNullable<HttpDefinition['events']>, schemas: NamedSchemas): Promise<JsonObject> => {
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
export const failuresOf = (
  definition: HttpDefinition,
  schemas: NamedSchemas,
  takesIdempotencyKey: boolean,
): JsonObject => {
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
