// One address for all Function Apps, as the public addresses of the products are: each request goes to the app that has its function.
import { type IncomingMessage, type Server, type ServerResponse, createServer, request as httpRequest } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { requestPath } from '@theone/functions-host/request-path'
import { createRouteTable } from '@theone/functions-host/route-table'
import { idleConnectionMs } from '@theone/local-process/loopback'
import type { AppHost } from './app-host.ts'

const routePrefix = 'api'

type Find = (method: string, path: string) => AppHost | undefined

const finder = (hosts: readonly AppHost[]): Find => {
  const table = createRouteTable<AppHost>(routePrefix)
  const ofFunction = new Map<string, AppHost>()
  for (const host of hosts)
    for (const { name, config } of host.functions) {
      ofFunction.set(name.toLowerCase(), ofFunction.get(name.toLowerCase()) ?? host)
      const trigger = config.bindings.find(({ type }) => type === 'httpTrigger')
      const { route, methods } = trigger ?? {}
      if (route !== undefined && methods) table.add({ functionName: name, route, methods, target: host })
    }
  return (method, path) => {
    const [, name] = /^\/admin\/functions\/([^/]+)/i.exec(path) ?? []
    return name === undefined ? table.find(method, path)?.target : ofFunction.get(name.toLowerCase())
  }
}

/** Raw headers without those that are about the connection to the app (RFC 9110, 7.6.1): this one has its own. */
const withoutConnection = (raw: readonly string[]): string[] =>
  raw.filter((_, index) => !connectionHeaders.has((raw[index - (index % 2)] ?? '').toLowerCase()))

const connectionHeaders = new Set(['connection', 'keep-alive'])

/** Headers go on as they came, repeated ones too: the host behind it sees what it would have seen. */
const forward = async (host: AppHost, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const onward = httpRequest(`${host.url()}${request.url ?? '/'}`, {
    method: request.method,
    headers: request.rawHeaders,
    setHost: false,
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve)
    onward.once('error', reject)
  })
  // Who leaves is seen to leave by the app, before its answer as well.
  response.once('close', () => {
    if (!response.writableFinished) onward.destroy()
  })
  // An answer may come before the body was read to its end.
  pipeline(request, onward).catch(() => {})
  const answer = await answered
  response.writeHead(answer.statusCode ?? 502, withoutConnection(answer.rawHeaders))
  await pipeline(answer, response)
}

/** The functions of all apps; one that several have is named once. */
const listFunctions = (hosts: readonly AppHost[], response: ServerResponse): void => {
  const all = new Map(hosts.flatMap(({ functions }) => functions.map((fn) => [fn.name, fn] as const)))
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify([...all.values()]))
}

export const createGateway = (hosts: readonly AppHost[]): Server => {
  const find = finder(hosts)
  const [first] = hosts
  return createServer({ maxHeaderSize: 32 * 1_024, keepAliveTimeout: idleConnectionMs }, (request, response) => {
    const [method, path] = [request.method ?? 'GET', requestPath(request.url ?? '/') ?? '']
    if (method === 'GET' && path.toLowerCase() === '/admin/functions') return listFunctions(hosts, response)
    // What nobody has is a matter of any host: it knows how to say so.
    const host = find(method, path) ?? first
    if (!host) return void response.writeHead(502).end()
    forward(host, request, response).catch(() => {
      // The app has gone away: the caller sees a broken connection, or the answer of a front end that cannot reach it.
      if (response.headersSent) response.destroy()
      else response.writeHead(502, { 'content-length': 0 }).end()
    })
  })
}
