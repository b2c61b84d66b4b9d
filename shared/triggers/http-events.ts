// The answer of an HTTP function that is a stream of events: each is held to the schema that the definition has for its name.
import type { HttpResponseInit } from '@azure/functions'
import { AppError } from '../errors.ts'
import type { CallerConnection } from '../http/caller-connection.ts'
import { type ServerEvent, eventStream, eventStreamType, inThisContext } from '../http/event-stream.ts'
import { problemOf } from '../http/problem.ts'
import { currentTrace, runInTrace } from '../telemetry/trace.ts'
import type { EventsReply, HttpDefinition } from './http.ts'
import { schemaOf } from './schema-source.ts'

export const wantsEvents = (definition: HttpDefinition, accept: string | null): boolean =>
  definition.events !== undefined &&
  (accept ?? '').split(',').some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === 'text/event-stream')

export const isEventsReply = (reply: object): reply is EventsReply => 'events' in reply

type Streamed = {
  readonly definition: HttpDefinition
  readonly reply: EventsReply
  readonly connection: CallerConnection
  readonly onEnd: (error?: AppError) => void
}

export const eventsResponse = ({ definition, reply, connection, onEnd }: Streamed): HttpResponseInit => {
  const trace = currentTrace()
  const failureEvent =
    reply.failureEvent ??
    ((error: AppError): ServerEvent => ({ event: 'error', data: problemOf(error, trace?.correlationId ?? '') }))
  const body = eventStream({
    events: inThisContext(checked(definition, reply.events)),
    failureEvent,
    connection,
    onEnd: (error) => (trace ? runInTrace(trace, () => onEnd(error)) : onEnd(error)),
  })
  return {
    status: 200,
    // Front Door and nginx would otherwise collect the parts.
    headers: { ...reply.headers, 'content-type': eventStreamType, 'x-accel-buffering': 'no' },
    body,
  }
}

/** @throws AppError `internal` for an event outside the contract */
async function* checked(definition: HttpDefinition, events: AsyncIterable<ServerEvent>): AsyncGenerator<ServerEvent> {
  for await (const event of events)
    yield 'text' in event ? checkedText(definition, event) : await checkedEvent(definition, event)
}

const checkedText = (definition: HttpDefinition, event: { readonly text: string }): ServerEvent => {
  if (/^[\x20-\x7E]{1,100}$/.test(event.text)) return event
  throw outside(definition, 'a bare text that is no short line')
}

const checkedEvent = async (
  definition: HttpDefinition,
  event: Exclude<ServerEvent, { readonly text: string }>,
): Promise<ServerEvent> => {
  const name = event.event ?? 'message'
  const source = definition.events?.[name]
  const parsed = source && (await schemaOf(source)).safeParse(event.data)
  if (parsed?.success && /^[a-z][a-z0-9._-]*$/.test(name) && /^[^\0\r\n]*$/.test(event.id ?? ''))
    return { ...event, data: parsed.data }
  throw outside(definition, `the event ${JSON.stringify(name)}`, parsed?.error)
}

const outside = ({ name }: HttpDefinition, what: string, cause?: unknown): AppError =>
  new AppError('internal', 'The answer could not be built. Quote the correlation id to support.', {
    cause: new Error(`${name} sent ${what} outside its contract`, { cause }),
  })
