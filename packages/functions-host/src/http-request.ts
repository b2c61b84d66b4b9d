// Turns an incoming request into the message that the Azure host sends to the Node worker (RpcHttp, without HTTP proxying).
import type { IncomingMessage } from 'node:http'
import type { NullableValue, RpcHttp } from './core-types.ts'
import { originForm } from './request-path.ts'
import type { RouteValues } from './route-template.ts'

/** The body was larger than FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: answer 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** The client went away before its body was complete. */
export class RequestAbortedError extends Error {
  override readonly name = 'RequestAbortedError'
}

const defaultBodyLimit = 104_857_600

/** Bytes a request body may have: the setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT, or 100 MiB. */
export const bodyLimit = (settings: Readonly<Record<string, string>>): number => {
  const given = settings['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT']
  if (given === undefined || given === '') return defaultBodyLimit
  if (!/^\d+$/.test(given))
    throw new Error(`FUNCTIONS_REQUEST_BODY_SIZE_LIMIT is "${given}"; it must be a whole number of bytes.`)
  return Number(given)
}

/**
 * @throws BodyTooLargeError as soon as the limit is passed, without keeping more; RequestAbortedError when the client is gone
 */
export const readBody = async (request: IncomingMessage, limit: number): Promise<Buffer> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLargeError()
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limit) {
        chunks.push(chunk)
        return
      }
      request.off('data', onData)
      reject(new BodyTooLargeError())
    }
    request.on('data', onData)
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', (error) => reject(new RequestAbortedError('The request broke off.', { cause: error })))
    request.once('close', () => reject(new RequestAbortedError('The client closed the connection.')))
  })
}

const nullable = (values: Iterable<readonly [string, string]>): Record<string, NullableValue<string>> =>
  Object.fromEntries([...values].map(([name, value]) => [name, { value }]))

/** Joins what was given more than once with ",", as ASP.NET Core's StringValues do; names compare without case. */
const joined = (pairs: Iterable<readonly [string, string]>): Map<string, { name: string; value: string }> => {
  const values = new Map<string, { name: string; value: string }>()
  for (const [name, value] of pairs) {
    const key = name.toLowerCase()
    const before = values.get(key)
    values.set(key, before ? { name: before.name, value: `${before.value},${value}` } : { name, value })
  }
  return values
}

const rawHeaderPairs = ({ rawHeaders }: IncomingMessage): Array<[string, string]> => {
  const pairs: Array<[string, string]> = []
  for (let index = 0; index < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''])
  return pairs
}

/** Headers with lower-case names. The App Service front end appends the client's address to X-Forwarded-For. */
export const requestHeaders = (request: IncomingMessage): Record<string, string> => {
  const headers = Object.fromEntries([...joined(rawHeaderPairs(request))].map(([key, { value }]) => [key, value]))
  const client = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const forwarded = headers['x-forwarded-for']
  return client === '' ? headers : { ...headers, 'x-forwarded-for': forwarded ? `${forwarded}, ${client}` : client }
}

/** The absolute URL as the caller wrote it, or undefined when its Host header does not make one: a 400. */
export const requestUrl = (request: IncomingMessage): string | undefined => {
  const url = `http://${request.headers.host ?? '127.0.0.1'}${originForm(request.url ?? '/')}`
  return URL.canParse(url) ? url : undefined
}

/** Such a body reaches no Node function on Azure: https://github.com/Azure/azure-functions-host/issues/4926. */
export const isChunked = (request: IncomingMessage): boolean => request.headers['content-length'] === undefined

export const toRpcHttp = (
  request: IncomingMessage,
  { url, body, routeValues }: { readonly url: string; readonly body: Buffer; readonly routeValues: RouteValues },
): RpcHttp => ({
  method: request.method ?? 'GET',
  url,
  nullableHeaders: nullable(Object.entries(requestHeaders(request))),
  nullableQuery: nullable([...joined(new URL(url).searchParams).values()].map(({ name, value }) => [name, value])),
  nullableParams: nullable(Object.entries(routeValues)),
  ...(body.length > 0 && !isChunked(request) && { body: { bytes: body } }),
})
