// The Durable HTTP API, with the statuses of the extension's HttpApiHandler
// (https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api). It asks for no key.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyTooLargeError, readBody, RequestAbortedError, requestUrl } from '../http-request.ts'
import { writeEmpty } from '../http-response.ts'
import { BadRequestError, type Exchange, flag, jsonBody, parameter, writeJson, writeProblem } from './api-exchange.ts'
import type { DurableOptions } from './durable-options.ts'
import type { Engine } from './engine.ts'
import { isFinal } from './instance.ts'
import { answerListing, purgeListed } from './instance-listing.ts'
import { historyPayload, statusPayload } from './instance-status.ts'
import { apiPath } from './management-urls.ts'
import { answerRestart, answerStart } from './start-request.ts'

const answerStatus = async ({ engine, request, response, url }: Exchange, instanceId: string): Promise<void> => {
  const head = await engine.read(instanceId)
  if (!head) return writeEmpty(response, 404)
  const payload = statusPayload(head, { showsInput: flag(url, 'showInput') ?? true })
  const events = flag(url, 'showHistory')
    ? historyPayload(await engine.history(head), flag(url, 'showHistoryOutput') ?? false)
    : undefined
  // The extension says historyEvents; durable-functions reads history, and finds none on Azure.
  const body = { ...payload, ...(events && { historyEvents: events, history: events }) }
  if (!isFinal(head.status)) {
    const location = `http://${request.headers.host ?? '127.0.0.1'}${request.url ?? ''}`
    return writeJson(response, 202, body, { location, 'retry-after': '5' })
  }
  const isError = head.status === 'Failed' && flag(url, 'returnInternalServerErrorOnFailure') === true
  writeJson(response, isError ? 500 : 200, body)
}

const answerPurge = async ({ engine, response }: Exchange, instanceId: string): Promise<void> => {
  const outcome = await engine.purge(instanceId)
  if (outcome === 'missing') writeEmpty(response, 404)
  else if (outcome === 'purged') writeJson(response, 200, { instancesDeleted: 1 })
  else
    writeJson(
      response,
      412,
      `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instanceId} is not over.`,
    )
}

const sentStatus = { accepted: 202, over: 410, missing: 404 } as const

const answerEvent = async (exchange: Exchange, instanceId: string, eventName: string): Promise<void> => {
  const { engine, request, response } = exchange
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new BadRequestError('Only application/json request content is supported')
  writeEmpty(response, sentStatus[await engine.raiseEvent(instanceId, eventName, jsonBody(exchange))])
}

const answerOperation = async (exchange: Exchange, instanceId: string, operation: string): Promise<void> => {
  const { engine, response, url } = exchange
  if (operation === 'terminate' || operation === 'suspend' || operation === 'resume')
    writeEmpty(response, sentStatus[await engine.control(instanceId, operation, parameter(url, 'reason'))])
  else if (operation === 'restart') await answerRestart(exchange, instanceId)
  else if (operation === 'rewind')
    writeJson(response, 501, 'The local Functions host cannot rewind an orchestration: restart it instead.')
  else writeEmpty(response, 404)
}

const answerInstance = async (exchange: Exchange, parts: readonly string[]): Promise<void> => {
  const { request, response } = exchange
  const [instanceId, operation, eventName, ...more] = parts
  const { method } = request
  if (instanceId === undefined) {
    if (method === 'GET') await answerListing(exchange)
    else if (method === 'DELETE') await purgeListed(exchange)
    else writeEmpty(response, 404)
  } else if (operation === undefined) {
    if (method === 'GET') await answerStatus(exchange, instanceId)
    else if (method === 'DELETE') await answerPurge(exchange, instanceId)
    else writeEmpty(response, 404)
  } else if (method !== 'POST' || more.length > 0) writeEmpty(response, 404)
  else if (eventName === undefined) await answerOperation(exchange, instanceId, operation.toLowerCase())
  else if (operation.toLowerCase() === 'raiseevent') await answerEvent(exchange, instanceId, eventName)
  else writeEmpty(response, 404)
}

const answer = async (exchange: Exchange, parts: readonly string[]): Promise<void> => {
  const [controller = '', ...rest] = parts
  const [name, instanceId, ...more] = rest
  if (controller.toLowerCase() === 'instances') await answerInstance(exchange, rest)
  else if (controller.toLowerCase() !== 'orchestrators' || exchange.request.method !== 'POST' || more.length > 0)
    writeEmpty(exchange.response, 404)
  else if (name === undefined) writeEmpty(exchange.response, 404)
  else await answerStart(exchange, name, instanceId)
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The parts of the path below the API's own, or undefined when it is not below it. */
export const apiParts = (url: URL): readonly string[] | undefined => {
  if (!`${url.pathname.toLowerCase()}/`.startsWith(`${apiPath}/`)) return undefined
  return url.pathname
    .slice(apiPath.length)
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
}

export type DurableApi = {
  readonly engine: () => Promise<Engine>
  readonly options: DurableOptions
  readonly bodyLimit: number
  readonly onError: (problem: string, error: unknown) => void
}

/** Answers, whatever happens. */
export const answerApiRequest = async (
  api: DurableApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const url = new URL(requestUrl(request) ?? 'http://127.0.0.1/')
    const body = await readBody(request, api.bodyLimit)
    const exchange = { request, response, url, body, engine: await api.engine(), options: api.options }
    await answer(exchange, apiParts(url) ?? [])
  } catch (error) {
    if (error instanceof RequestAbortedError) return
    if (error instanceof BodyTooLargeError) return writeProblem(response, 413, 'The request body is too large.')
    if (error instanceof BadRequestError) return writeProblem(response, 400, error.message)
    api.onError(`${request.method ?? ''} ${request.url ?? ''} failed`, error)
    writeProblem(response, 500, 'Something went wrong while processing your request')
  }
}
