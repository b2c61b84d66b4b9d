// What every stand-in of a peer does with HTTP: read a JSON body, find the route, answer with JSON or a problem document.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'

export type Answer = {
  readonly status: number
  /** JSON, unless `html` is there. */
  readonly body?: unknown
  readonly html?: string
  /** A file; `headers` say of which type. */
  readonly bytes?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** RFC 9457. */
export const problem = (status: number, title: string, members: Readonly<Record<string, unknown>> = {}): Answer => ({
  status,
  body: { type: 'about:blank', title, status, ...members },
  headers: { 'content-type': 'application/problem+json' },
})

export const done: Answer = { status: 204 }

export const noSuchRoute: Answer = problem(404, 'There is no such route')

/** What `use` makes of the checked value, or the answer that says what is wrong with it, in words and field by field. */
export const validated = <Output, Result extends Answer | Promise<Answer>>(
  schema: z.ZodType<Output>,
  value: unknown,
  use: (parsed: Output) => Result,
): Answer | Result => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return use(parsed.data)
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  return problem(400, 'The request is not valid', { detail: z.prettifyError(parsed.error), errors })
}

export const sendAnswer = (response: ServerResponse, { status, body, html, bytes, headers = {} }: Answer): void => {
  const contentType = html === undefined ? 'application/json' : 'text/html; charset=utf-8'
  response.writeHead(status, {
    ...((body !== undefined || html !== undefined) && { 'content-type': contentType }),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(bytes ?? html ?? (body === undefined ? undefined : JSON.stringify(body)))
}

/** The value of a header that is there once and is not empty. */
export const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The body; `undefined` when it has more than `bytesMax`. */
export const readBody = async (request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  // Read to its end even when it is too large: an answer to a request that is cut off would not arrive.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes <= bytesMax) chunks.push(chunk)
  }
  return bytes > bytesMax ? undefined : Buffer.concat(chunks)
}

const jsonBytesMax = 1_000_000

/** The parsed body, `undefined` for an empty one, or the answer that says why it cannot be read. */
export const readJsonBody = async (
  request: IncomingMessage,
): Promise<{ readonly value: unknown } | { readonly refusal: Answer }> => {
  const body = await readBody(request, jsonBytesMax)
  if (!body) return { refusal: problem(413, 'The body is too large', { detail: `At most ${jsonBytesMax} bytes.` }) }
  if (body.byteLength === 0) return { value: undefined }
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return { refusal: problem(415, 'The content type is not JSON', { detail: 'Send application/json.' }) }
  try {
    return { value: JSON.parse(body.toString('utf8')) }
  } catch {
    return { refusal: problem(400, 'The body is not valid JSON') }
  }
}

export type Route<Handler> = {
  readonly method: string
  /** `/v1/tickets/:id` */
  readonly path: string
  readonly handler: Handler
}

export type Match<Handler> = { readonly handler: Handler; readonly params: Readonly<Record<string, string>> }

/** The first route that fits, with its decoded parameters; `undefined` also when a parameter is not decodable. */
export const findRoute = <Handler>(
  routes: readonly Route<Handler>[],
  method: string,
  pathname: string,
): Match<Handler> | undefined => {
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, pathname) : undefined
    if (params) return { handler: route.handler, params }
  }
  return undefined
}

const matchPath = (path: string, pathname: string): Record<string, string> | undefined => {
  const expected = path.split('/')
  const given = pathname.split('/')
  if (expected.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    const value = given[index] ?? ''
    if (!segment.startsWith(':')) {
      if (segment !== value) return undefined
      continue
    }
    try {
      params[segment.slice(1)] = decodeURIComponent(value)
    } catch {
      return undefined
    }
  }
  return params
}
