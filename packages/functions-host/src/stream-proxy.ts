// HTTP streaming: the library serves the functions itself, on a server of its own, and the host forwards each request to it (YARP on Azure).
import http, { Agent, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { ProgrammingModel } from './core-types.ts'
import { connectionHeaders, writeEmpty } from './http-response.ts'
import { originForm } from './request-path.ts'

export type StreamProxy = {
  /** Of the library's server. It answers what names an invocation that runs, in `x-ms-invocation-id`. */
  readonly url: string
  readonly forward: (exchange: Forwarded) => Promise<void>
  readonly close: () => Promise<void>
}

export type Forwarded = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** By which the library knows which run it belongs to. */
  readonly invocationId: string
  /** Bytes that the body may have. */
  readonly bodyBytesMax: number
  /** Without a byte in either direction for so long the exchange is given up. */
  readonly activityMs: number
}

/** `ActivityTimeout` of DefaultHttpProxyService.cs (azure-functions-host). */
export const activityMsUsual = 240_000

/**
 * Starts the library's server if the app asks for it with `app.setup({ enableHttpStream: true })`. The library listens on every interface of
 * the machine, which is not for a laptop: the server that it makes meanwhile is bound to the loopback.
 */
export const openStreamProxy = async (model: ProgrammingModel): Promise<StreamProxy | undefined> => {
  const servers: Server[] = []
  const createServer = http.createServer
  http.createServer = ((...given: Parameters<typeof createServer>) => {
    const server = createServer(...given)
    const listen = server.listen.bind(server)
    server.listen = ((listening: () => void) => listen(0, '127.0.0.1', listening)) as typeof server.listen
    servers.push(server)
    return server
  }) as typeof createServer
  try {
    const { HttpUri } = await model.getCapabilities({})
    const [server] = servers
    if (HttpUri === undefined || server === undefined) return undefined
    if (!server.listening) await once(server, 'listening')
    // Else it closes a connection just as the next request is sent on it, which a busy machine makes likely.
    server.keepAliveTimeout = 0
    return proxyTo(server)
  } finally {
    http.createServer = createServer
  }
}

const proxyTo = (server: Server): StreamProxy => {
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true })
  return {
    url: `http://127.0.0.1:${port}`,
    forward: (exchange) => forward(exchange, port, agent),
    close: async () => {
      agent.destroy()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Resolves when the answer has been sent whole, given up, or nobody waits for it any more. */
const forward = async (exchange: Forwarded, port: number, agent: Agent): Promise<void> => {
  const { request, response, activityMs } = exchange
  const upstream = http.request({
    host: '127.0.0.1',
    port,
    agent,
    method: request.method ?? 'GET',
    path: originForm(request.url ?? '/'),
    headers: forwardedHeaders(exchange),
  })
  const giveUp = (status: number): void => {
    upstream.destroy()
    if (response.headersSent) response.destroy()
    else writeEmpty(response, status)
  }
  const idle = setTimeout(() => giveUp(504), activityMs)
  // HttpForwarder.cs of YARP: a failure before the first byte of the answer is a 502.
  upstream.on('error', () => giveUp(502))
  upstream.on('response', (answer) => {
    answer.on('data', () => idle.refresh())
    answer.on('error', () => giveUp(502))
    sendOn(answer, response)
  })
  sendBody(exchange, upstream, { onData: () => idle.refresh(), onTooLarge: () => giveUp(413) })
  if (!response.closed) await once(response, 'close').catch(() => {})
  clearTimeout(idle)
  // The caller left: so does the host, and the library's server sees the connection close. A function that answers without reading its body
  // to the end leaves the rest on both connections, and the next request behind it: the one is read out, the other is closed.
  if (response.writableFinished && request.complete && upstream.writableFinished) return
  request.unpipe(upstream)
  request.resume()
  upstream.destroy()
}

const forwardedHeaders = ({ request, invocationId }: Forwarded): Record<string, string | string[]> => {
  const kept = Object.entries(request.headersDistinct).filter(
    ([name, values]) => values && !connectionHeaders.has(name) && name !== 'host' && name !== 'expect',
  ) as Array<[string, string[]]>
  return {
    ...Object.fromEntries(kept.map(([name, values]) => [name, values.length === 1 ? values.join() : values])),
    'x-forwarded-host': request.headers.host ?? '127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-ms-invocation-id': invocationId,
  }
}

type BodyEvents = { readonly onData: () => void; readonly onTooLarge: () => void }

const sendBody = ({ request, bodyBytesMax }: Forwarded, upstream: http.ClientRequest, events: BodyEvents): void => {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bodyBytesMax) events.onTooLarge()
    else events.onData()
  })
  // A caller that breaks off within its body leaves the function with one that breaks off.
  request.on('close', () => {
    if (!request.complete) upstream.destroy()
  })
  request.pipe(upstream)
}

const sendOn = (answer: IncomingMessage, response: ServerResponse): void => {
  if (response.headersSent || response.destroyed) return
  response.statusCode = answer.statusCode ?? 200
  for (const [name, values] of Object.entries(answer.headersDistinct))
    if (values && !connectionHeaders.has(name) && name !== 'x-ms-invocation-id')
      response.setHeader(name, values.length === 1 ? values.join() : values)
  response.flushHeaders()
  // Paused while the caller reads slowly, and with it what the library writes.
  answer.pipe(response)
}
