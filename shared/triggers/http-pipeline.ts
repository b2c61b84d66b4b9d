// The way of every HTTP request: trace, cross-site check, caller, rate, input, idempotency, handler; whatever fails becomes a problem.
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions'
import { type Caller, type CallerRule, actorOf, tenantOf } from '../auth/caller.ts'
import { actingAs } from '../audit-log/acting.ts'
import { errorTable } from '../error-table.ts'
import { AppError, toAppError } from '../errors.ts'
import { freshnessOf } from '../http/cache-control.ts'
import { type CallerConnection, callerConnection } from '../http/caller-connection.ts'
import { cookieValues } from '../http/cookies.ts'
import { refusePathMisfits } from '../http/path-id.ts'
import { bodyFormatOf, readBody, readQuery, validate } from '../http/request-input.ts'
import { securityHeaders } from '../http/security-headers.ts'
import { newPeerWatch, watchPeers } from '../peer-client/peer-watch.ts'
import type { Services } from '../services.ts'
import { log, runDetached } from '../telemetry/log.ts'
import { continueTrace } from '../telemetry/trace.ts'
import { type EventsReply, type HttpDefinition, type HttpInput, type Reply, bodyBytesMaxUsual } from './http.ts'
import { eventsResponse, isEventsReply, wantsEvents } from './http-events.ts'
import { handlerInput } from './handler-tools.ts'
import { type Admission, admit } from './http-admission.ts'
import { problemResponse, responseOf } from './http-answer.ts'
import { audited } from './http-audit.ts'
import { reportOutcome } from './http-incidents.ts'
import { inInvocation } from './invocation.ts'
import { operationOf, queryFormOf } from './query-form.ts'
import { type SchemaSource, schemaOf } from './schema-source.ts'

/** The handler that `@azure/functions` calls for this definition. It never throws. */
export const serveHttp =
  (definition: HttpDefinition, services: Services) =>
  async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const trace = continueTrace({
      // The host gives an empty one when it has no activity of its own.
      traceparent: context.traceContext?.traceParent || request.headers.get('traceparent'),
      correlationId: request.headers.get('x-correlation-id'),
    })
    return inInvocation(context, trace, async () => {
      const started = performance.now()
      const begunAt = services.now()
      const watch = newPeerWatch()
      const { response, caller, tenantId, error, ended } = await watchPeers(watch, () =>
        answer(definition, services, request, context),
      )
      const tell = (failure: AppError | undefined): void => {
        const ms = Math.round(performance.now() - started)
        const fields = { function: definition.name, status: response.status, ms, caller }
        // A refused caller is everyday; a failure of ours is logged with its cause, and counted by this event.
        if (failure && errorTable[failure.code].status >= 500)
          log.error('http.request.failed', { ...fields, error: failure, advice: errorTable[failure.code].advice })
        else log.info('http.request.completed', { ...fields, problem: failure?.code, detail: failure?.message })
        reportOutcome(definition, services, { watch, begunAt, error: failure, tenantId })
      }
      // The log of the run ends with the run, which a stream outlasts.
      if (ended) void runDetached(() => ended.then(tell))
      else tell(error)
      return {
        ...response,
        headers: {
          ...securityHeaders,
          'x-correlation-id': trace.correlationId,
          ...lengthOf(response),
          ...(response.headers as object),
        },
      }
    })
  }

/** With HTTP streaming on, the library would otherwise send every answer in chunks. */
const lengthOf = ({ body }: HttpResponseInit): Record<string, string> =>
  typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {}

type Answer = {
  readonly response: HttpResponseInit
  readonly caller?: string
  readonly tenantId?: string | undefined
  readonly error?: AppError
  /** Of a stream: why it ended. It never rejects. */
  readonly ended?: Promise<AppError | undefined>
}

const answer = async (
  definition: HttpDefinition,
  services: Services,
  request: HttpRequest,
  context: InvocationContext,
): Promise<Answer> => {
  let admission: Admission | undefined
  try {
    admission = await admit(definition, services, request)
    const connection = callerConnection(context.invocationId)
    const reply = await handle(definition, services, { ...admission, request, context, connection })
    if (isEventsReply(reply)) return { ...streamed(definition, reply, connection), ...whoIs(admission) }
    return { response: await responseOf(definition, reply), ...whoIs(admission) }
  } catch (thrown) {
    const error = toAppError(thrown)
    return { response: problemResponse(definition, request, error), ...(admission && whoIs(admission)), error }
  }
}

const streamed = (definition: HttpDefinition, reply: EventsReply, connection: CallerConnection): Answer => {
  const { promise: ended, resolve: onEnd } = Promise.withResolvers<AppError | undefined>()
  return { response: eventsResponse({ definition, reply, connection, onEnd }), ended }
}

const whoIs = ({ caller }: Admission): Pick<Answer, 'caller' | 'tenantId'> => ({
  caller: describe(caller),
  tenantId: tenantOf(caller),
})

const describe = (caller: Caller): string => {
  const tenantId = tenantOf(caller)
  return tenantId === undefined ? caller.kind : `${caller.kind}:${tenantId}`
}

type Admitted = Admission & {
  readonly request: HttpRequest
  readonly context: InvocationContext
  readonly connection: CallerConnection
}

const handle = async (
  definition: HttpDefinition,
  services: Services,
  admitted: Admitted,
): Promise<Reply | EventsReply> => {
  const { request, caller, address } = admitted
  const input = await readInput(definition, services, admitted)
  const work = async (): Promise<Reply | EventsReply> =>
    await definition.handler(input as unknown as HttpInput<never, never, never, never>)
  if (caller.kind === 'anyone') return work()
  const call = (): Promise<Reply | EventsReply> =>
    actingAs(actorOf(caller), () =>
      audited(
        definition,
        services,
        { caller, params: definition.pathForm === undefined ? input.params : input.query, body: input.body, address },
        work,
      ),
    )
  const key = request.headers.get('idempotency-key')
  if (key === null || request.method === 'GET' || definition.idempotencyKey === 'ignored') return call()
  if (definition.idempotencyKey === 'refused')
    throw new AppError(
      'malformed-request',
      'The answer is kept nowhere, so no repetition is given the same: leave out Idempotency-Key.',
    )
  return repeatable(definition, services, { caller, key, input, call })
}

/** @throws AppError `validation-failed`, `malformed-request`, `body-too-large`, `unsupported-media-type` */
const readInput = async (
  definition: HttpDefinition,
  services: Services,
  { request, context, caller, connection }: Admitted,
) => {
  const accepts = definition.accepts ?? ['json']
  return handlerInput(services, {
    caller,
    tenantId: tenantOf(caller),
    ...(caller.kind !== 'anyone' && { actor: actorOf(caller) }),
    params: definition.params && (await readParams(definition, definition.params, request)),
    query: definition.query && validate('query', await schemaOf(definition.query), readQuery(request.url)),
    body:
      definition.body &&
      validate(
        'body',
        await schemaOf(definition.body),
        await readBody(request, { accepts, bytesMax: definition.bodyBytesMax ?? bodyBytesMaxUsual }),
      ),
    bodyFormat: definition.body && bodyFormatOf(request.headers.get('content-type'), accepts),
    flows: async () => (await import('../flows/flow-client.ts')).createFlowClient(services, context),
    cookies: (name: string) => cookieValues(request.headers.get('cookie'), name),
    signal: connection.signal,
    wantsEvents: wantsEvents(definition, request.headers.get('accept')),
    freshness: freshnessOf(request.headers.get('cache-control')),
    lastEventId: request.headers.get('last-event-id') ?? undefined,
  })
}

const readParams = async (definition: HttpDefinition, source: SchemaSource, request: HttpRequest): Promise<unknown> => {
  refusePathMisfits(request.params, queryFormOf(definition))
  return validate('params', await schemaOf(source), request.params)
}

type Repeatable = {
  readonly caller: Exclude<Caller, { kind: 'anyone' }>
  readonly key: string
  readonly input: Pick<HttpInput<CallerRule, unknown, unknown, unknown>, 'params' | 'query' | 'body' | 'wantsEvents'>
  readonly call: () => Promise<Reply | EventsReply>
}

const repeatable = async (
  definition: HttpDefinition,
  services: Services,
  { caller, key, input, call }: Repeatable,
): Promise<Reply> => {
  if (input.wantsEvents)
    throw new AppError('malformed-request', 'A stream is given once: leave out Idempotency-Key, or ask for JSON.')
  const { rememberReply } = await import('./idempotency.ts')
  const request = [operationOf(definition), input.params, input.query, input.body]
  return rememberReply({ services, caller, key, request, call: async () => asWhole(definition, await call()) })
}

/** @throws AppError `internal` for a stream that nobody asked for */
const asWhole = ({ name }: HttpDefinition, reply: Reply | EventsReply): Reply => {
  if (!isEventsReply(reply)) return reply
  throw new AppError('internal', 'The answer could not be built. Quote the correlation id to support.', {
    cause: new Error(`${name} answered with a stream although JSON was asked for`),
  })
}
