// What a request is answered with: a reply held to its contract, or a failure in the form that the caller reads.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import { errorTable } from '../error-table.ts'
import { AppError } from '../errors.ts'
import { openAiErrorOf, openAiStatusOf } from '../http/openai-error.ts'
import { problemPage } from '../http/problem-page.ts'
import { problemContentType, problemOf } from '../http/problem.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { type HttpDefinition, type Reply, mediaTypeOf } from './http.ts'
import { schemaOf } from './schema-source.ts'

/** The answer goes through the schema that the definition declares for it: nothing leaves that the contract does not name. */
export const responseOf = async (definition: HttpDefinition, reply: Reply): Promise<HttpResponseInit> => {
  const source = definition.returns[reply.status]
  const schema = source && (await schemaOf(source))
  const body = schema?.safeParse(reply.body)
  if (!body?.success)
    throw new AppError('internal', 'The answer could not be built. Quote the correlation id to support.', {
      cause: new Error(`${definition.name} answered ${reply.status} outside its contract`, { cause: body?.error }),
    })
  const answer = { status: reply.status, ...(reply.cookies && { cookies: [...reply.cookies] }) }
  if (body.data === undefined) return { ...answer, headers: { ...reply.headers } }
  const mediaType = schema && mediaTypeOf(schema)
  return {
    ...answer,
    headers: { ...reply.headers, 'content-type': mediaType ?? 'application/json' },
    body: mediaType === undefined ? JSON.stringify(body.data) : (body.data as string),
  }
}

export const problemResponse = (
  definition: HttpDefinition,
  request: HttpRequest,
  error: AppError,
): HttpResponseInit => {
  const headers = {
    ...error.headers,
    ...(error.details.retryAfterSeconds !== undefined && { 'retry-after': String(error.details.retryAfterSeconds) }),
    ...(errorTable[error.code].status === 401 && {
      'www-authenticate': takesOperators(definition) ? 'Bearer' : 'Cookie, IntegrationKey',
    }),
  }
  if (definition.wire === 'openai')
    return {
      status: openAiStatusOf(error),
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(openAiErrorOf(named(error, request))),
    }
  const problem = problemOf(error, currentTrace()?.correlationId ?? '')
  const page = definition.showsProblemsAsPage
  if (page && (request.headers.get('accept') ?? '').includes('text/html'))
    return {
      status: problem.status,
      headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
      body: problemPage(problem, page.signInAgain),
    }
  return {
    status: problem.status,
    headers: { ...headers, 'content-type': problemContentType },
    body: JSON.stringify(problem),
  }
}

export const takesOperators = ({ callers }: HttpDefinition): boolean =>
  callers.some(({ kind }) => kind === 'operator' || kind === 'platform')

/** By the header in which its SDK has sent the key. */
const named = (error: AppError, request: HttpRequest): AppError =>
  error.code === 'unauthenticated' && !request.headers.has('x-integration-key')
    ? new AppError(error.code, error.message.replace('X-Integration-Key', 'Authorization: Bearer'))
    : error
