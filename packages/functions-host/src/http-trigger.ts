// HTTP triggers: routing, the request to the function, its answer to the caller; streamed when the app asks for that.
// `authLevel` is not checked, as Azure Functions Core Tools do not check keys locally; on Azure a level other than anonymous
// asks for `x-functions-key` or `?code=`.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  bodyLimit,
  BodyTooLargeError,
  isChunked,
  readBody,
  RequestAbortedError,
  requestHeaders,
  requestUrl,
  toRpcHttp,
} from './http-request.ts'
import { writeEmpty, writeRpcHttp } from './http-response.ts'
import { hasEncodedSlash, requestPath } from './request-path.ts'
import { createRouteTable } from './route-table.ts'
import type { RouteValues } from './route-template.ts'
import { resolvePlaceholders } from './settings.ts'
import { activityMsUsual, type StreamProxy } from './stream-proxy.ts'
import { traceContextFor } from './trace-context.ts'
import type { HostServices, TriggerKind } from './trigger-kind.ts'
import type { HostedFunction } from './hosted-function.ts'

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']

const isText = (value: unknown): value is string => typeof value === 'string'

const methodsOf = ({ trigger: { binding } }: HostedFunction): readonly string[] => {
  const { methods } = binding
  return Array.isArray(methods) && methods.length > 0
    ? methods.filter(isText).map((name) => name.toUpperCase())
    : allMethods
}

const routeOf = ({ name, trigger: { binding } }: HostedFunction, settings: HostServices['settings']): string => {
  const { route } = binding
  return isText(route) && route !== '' ? resolvePlaceholders(route, settings, 'The route') : name
}

type Matched = { readonly fn: HostedFunction; readonly routeValues: RouteValues; readonly url: string }

const invokeFor = async (services: HostServices, request: IncomingMessage, matched: Matched, body: Buffer) => {
  const { fn, routeValues, url } = matched
  const headers = requestHeaders(request)
  return services.invoke(fn, {
    data: { http: toRpcHttp(request, { url, body, routeValues }) },
    traceContext: traceContextFor({ traceparent: headers['traceparent'], tracestate: headers['tracestate'] }),
    reason: 'This function was programmatically called via the host APIs.',
  })
}

/**
 * With HTTP streaming on, the run and the exchange go side by side: the library answers the caller on its own server. What the function throws
 * reaches nobody, since the host waits for the exchange before it looks at how the run ended (GrpcWorkerChannel.cs, `InvokeResponse`): the
 * caller waits until the exchange has been silent for too long.
 */
const answerStreamed = async (
  services: HostServices,
  streamProxy: StreamProxy,
  { request, response, matched }: { request: IncomingMessage; response: ServerResponse; matched: Matched },
): Promise<void> => {
  const { fn, routeValues } = matched
  const invocationId = randomUUID()
  const bodyBytesMax = bodyLimit(services.settings)
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return refuseBody(request, response)
  const headers = requestHeaders(request)
  const run = services.invoke(fn, {
    invocationId,
    data: { http: {} },
    triggerMetadata: {
      ...Object.fromEntries(Object.entries(routeValues).map(([name, value]) => [name, { string: value }])),
      Headers: { json: JSON.stringify(headers) },
    },
    traceContext: traceContextFor({ traceparent: headers['traceparent'], tracestate: headers['tracestate'] }),
    reason: 'This function was programmatically called via the host APIs.',
  })
  run.catch(() => {
    if (!response.writableEnded && !response.destroyed)
      services.log(
        'warning',
        `Function.${fn.name}`,
        'The function failed with HTTP streaming on, so nobody answers its caller. As on Azure, the caller waits until the host gives up (240 s without a byte).',
      )
  })
  const activityMs = Number(services.settings['LOCAL_PROXY_ACTIVITY_MS'] ?? activityMsUsual)
  await streamProxy.forward({ request, response, invocationId, bodyBytesMax, activityMs })
}

/** How long a body that was refused is read on and thrown away, so that its sender gets to read the answer. */
const drainMsMax = 1_000

const refuseBody = (request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(413, { 'content-length': 0, connection: 'close' })
  response.flushHeaders()
  const cut = setTimeout(() => request.destroy(), drainMsMax)
  request.once('end', () => response.end())
  request.once('close', () => clearTimeout(cut))
  request.resume()
}

/** Answers the request, whatever happens. What the function threw has been logged: the caller sees an empty 500. */
const answer = async (
  services: HostServices,
  limit: number,
  { request, response, matched }: { request: IncomingMessage; response: ServerResponse; matched: Matched },
): Promise<void> => {
  const category = `Function.${matched.fn.name}`
  let body: Buffer
  try {
    body = await readBody(request, limit)
  } catch (error) {
    if (error instanceof RequestAbortedError) return
    if (!(error instanceof BodyTooLargeError)) throw error
    services.log('warning', category, `A request body of more than ${limit} bytes was refused.`)
    refuseBody(request, response)
    return
  }
  if (body.length > 0 && isChunked(request))
    services.log(
      'warning',
      category,
      'The request body came without Content-Length (chunked). The Azure host does not hand such a body to a Node function, so it is left out here too.',
    )
  try {
    const { returnValue } = await invokeFor(services, request, matched, body)
    writeRpcHttp(response, returnValue)
  } catch (error) {
    services.log('debug', category, `Answered 500: ${error instanceof Error ? error.message : String(error)}`)
    writeEmpty(response, 500)
  }
}

export const httpTrigger: TriggerKind = {
  type: 'httpTrigger',
  open: (services) => {
    const { hostJson, settings, log } = services
    const table = createRouteTable<HostedFunction>(hostJson.routePrefix)
    const limit = bodyLimit(settings)
    const pathOf = (fn: HostedFunction): string =>
      [hostJson.routePrefix, routeOf(fn, settings)].filter((part) => part !== '').join('/')
    return {
      add: (fn) =>
        table.add({ functionName: fn.name, route: routeOf(fn, settings), methods: methodsOf(fn), target: fn }),
      start: async () => {
        for (const sentence of table.hiddenRoutes()) log('warning', 'Host.Startup', sentence)
      },
      stop: () => {},
      pathOf,
      describe: (fn, baseUrl) => `[${methodsOf(fn).join(',')}] ${baseUrl}/${pathOf(fn)}`,
      runByHand: () =>
        Promise.reject(
          new Error('An HTTP function needs an HTTP request: call its route, the admin API cannot run it.'),
        ),
      handleRequest: (request, response) => {
        const path = requestPath(request.url ?? '/')
        const url = requestUrl(request)
        if (path === undefined || url === undefined) {
          writeEmpty(response, 400)
          return true
        }
        if (hasEncodedSlash(request.url ?? '/')) return false
        const found = table.find(request.method ?? 'GET', path)
        if (!found) return false
        const matched = { fn: found.target, routeValues: found.values, url }
        const exchange = { request, response, matched }
        const { streamProxy } = services
        const answered = streamProxy
          ? answerStreamed(services, streamProxy, exchange)
          : answer(services, limit, exchange)
        answered.catch((error: unknown) => {
          log('error', 'Host.Http', `The request could not be answered: ${String(error)}`)
          writeEmpty(response, 500)
        })
        return true
      },
    }
  },
}
