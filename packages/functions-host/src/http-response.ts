// Writes what a function returned (RpcHttp) as the Azure host does.
import type { ServerResponse } from 'node:http'
import type { NullableValue, RpcHttp, RpcHttpCookie, RpcTypedData } from './core-types.ts'

/** RFC 9110 7.6.1: these are about one connection, so they are the server's own. */
export const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** .NET's Uri.EscapeDataString. */
const escapeData = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const attribute = <T>(given: NullableValue<T> | null | undefined, write: (value: T) => string): string[] =>
  given ? [write(given.value)] : []

const sameSiteText = { lax: 'lax', strict: 'strict', explicitNone: 'none' } as const

/**
 * A `Set-Cookie` value as ASP.NET Core writes it: name and value percent-encoded, `path=/` unless a path is given, attribute
 * names in lower case.
 */
export const setCookie = (cookie: RpcHttpCookie): string =>
  [
    `${escapeData(cookie.name)}=${escapeData(cookie.value)}`,
    ...attribute(cookie.expires, ({ seconds }) => `expires=${new Date(seconds * 1_000).toUTCString()}`),
    ...attribute(cookie.maxAge, (seconds) => `max-age=${Math.trunc(seconds)}`),
    ...attribute(cookie.domain, (domain) => `domain=${domain}`),
    `path=${cookie.path?.value ?? '/'}`,
    ...(cookie.secure?.value ? ['secure'] : []),
    ...(cookie.sameSite && cookie.sameSite !== 'none' ? [`samesite=${sameSiteText[cookie.sameSite]}`] : []),
    ...(cookie.httpOnly?.value ? ['httponly'] : []),
  ].join('; ')

const bodyBytes = (body: RpcTypedData | null | undefined): Buffer => {
  if (body?.bytes) return Buffer.from(body.bytes)
  return Buffer.from(body?.string ?? body?.json ?? '', 'utf8')
}

const statusOf = ({ statusCode }: RpcHttp): number => {
  const status = Number(statusCode ?? '200')
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status
  throw new Error(
    `The function returned the status ${JSON.stringify(statusCode)}; it must be a number from 200 to 599.`,
  )
}

const hasNoBody = (status: number): boolean => status === 204 || status === 205 || status === 304

const setHeaders = (response: ServerResponse, http: RpcHttp): void => {
  for (const [name, value] of Object.entries(http.headers ?? {}))
    if (!connectionHeaders.has(name.toLowerCase()) && name.toLowerCase() !== 'content-length')
      response.setHeader(name, value)
  const own = response.getHeader('set-cookie')
  const cookies = (http.cookies ?? []).map(setCookie)
  if (cookies.length > 0) response.setHeader('set-cookie', [...(own === undefined ? [] : [String(own)]), ...cookies])
}

/** An answer without a body and with nothing else in it. */
export const writeEmpty = (response: ServerResponse, status: number): void => {
  if (response.headersSent || response.destroyed) return
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.statusCode = status
  if (!hasNoBody(status)) response.setHeader('content-length', 0)
  response.end()
}

/**
 * Nothing returned is a 204. A client that is gone gets nothing, without an error.
 * @throws an error when the status or a header cannot be sent
 */
export const writeRpcHttp = (response: ServerResponse, returned: RpcTypedData | null | undefined): void => {
  const http = returned?.http
  if (!http) {
    writeEmpty(response, 204)
    return
  }
  if (response.destroyed) return
  const status = statusOf(http)
  setHeaders(response, http)
  response.statusCode = status
  if (hasNoBody(status)) {
    response.end()
    return
  }
  const body = bodyBytes(http.body)
  response.setHeader('content-length', body.length)
  response.end(body)
}
