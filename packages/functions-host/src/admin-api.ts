// The part of the Azure host's admin API that scripts and tests use. It asks for no key, as Azure Functions Core Tools do not.
// Shapes follow the host's FunctionsController and HostController (https://github.com/Azure/azure-functions-host).
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { HostedFunction } from './hosted-function.ts'
import { requestPath } from './request-path.ts'
import { writeEmpty } from './http-response.ts'

/** One function as the admin API knows it. */
export type FunctionEntry = {
  readonly fn: HostedFunction
  readonly isDisabled: boolean
  /** The route with its prefix of an HTTP function: `api/orders/{id}`. */
  readonly path?: string
  /** Absent when it is disabled or refused. */
  readonly runByHand?: (input: string) => Promise<void>
}

export type AdminApiOptions = {
  readonly functions: readonly FunctionEntry[]
  /** Why functions do not run, by name; also of those that the list does not hold, since their name is refused. */
  readonly errors: ReadonlyMap<string, readonly string[]>
  readonly hostId: string
  readonly onRunError: (functionName: string, error: unknown) => void
}

export const hostVersion = '4-local'

const writeJson = (response: ServerResponse, status: number, body: unknown): void => {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length })
  response.end(bytes)
}

const describe = (entry: FunctionEntry, baseUrl: string) => ({
  name: entry.fn.name,
  script_root_path_href: null,
  script_href: null,
  config_href: null,
  test_data_href: null,
  href: `${baseUrl}/admin/functions/${entry.fn.name}`,
  invoke_url_template: entry.path === undefined ? null : `${baseUrl}/${entry.path}`.toLowerCase(),
  language: 'node',
  config: {
    name: entry.fn.name,
    bindings: Object.entries(entry.fn.metadata.bindings).map(([name, binding]) => Object.assign({}, binding, { name })),
  },
  files: null,
  test_data: null,
  isDisabled: entry.isDisabled,
  isDirect: false,
  isProxy: false,
})

const hostStatus = (hostId: string) => ({
  id: hostId,
  state: 'Running',
  version: hostVersion,
  versionDetails: 'local stand-in of the Azure Functions host',
  platformVersion: '',
  instanceId: '',
  computerName: '',
  processUptime: Math.round(process.uptime() * 1_000),
  functionAppContentEditingState: 'NotAllowed',
})

type Exchange = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly options: AdminApiOptions
}

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** `{"input": "..."}`; undefined for anything else. */
const readInput = async (request: IncomingMessage): Promise<string | undefined> => {
  try {
    const body: unknown = JSON.parse(await text(request))
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
    const input: unknown = Object.entries(body).find(([name]) => isSameName(name, 'input'))?.[1] ?? ''
    return typeof input === 'string' ? input : undefined
  } catch {
    return undefined
  }
}

/** Answers 202 at once; the run goes on behind it, and what becomes of it stands in the log. */
const runFunction = async ({ request, response, options }: Exchange, name: string): Promise<void> => {
  const input = await readInput(request)
  if (input === undefined) {
    writeEmpty(response, 400)
    return
  }
  const entry = options.functions.find(({ fn, runByHand }) => runByHand && isSameName(fn.name, name))
  if (!entry?.runByHand) {
    writeEmpty(response, 404)
    return
  }
  entry.runByHand(input).catch((error: unknown) => options.onRunError(entry.fn.name, error))
  writeEmpty(response, 202)
}

const writeFunctionStatus = ({ response, options }: Exchange, name: string): void => {
  const entry = options.functions.find(({ fn }) => isSameName(fn.name, name))
  const errors = [...options.errors].find(([refused]) => isSameName(refused, name))?.[1]
  if (!entry && !errors) writeEmpty(response, 404)
  else writeJson(response, 200, errors ? { errors } : {})
}

const handleFunctions = (exchange: Exchange, method: string, rest: readonly string[], baseUrl: string): void => {
  const { response, options } = exchange
  const [name, part, ...more] = rest
  if (name === undefined && method === 'GET')
    writeJson(
      response,
      200,
      options.functions.map((entry) => describe(entry, baseUrl)),
    )
  else if (name !== undefined && part === undefined && method === 'GET') {
    const entry = options.functions.find(({ fn }) => isSameName(fn.name, name))
    if (entry) writeJson(response, 200, describe(entry, baseUrl))
    else writeEmpty(response, 404)
  } else if (name !== undefined && part === undefined && method === 'POST')
    runFunction(exchange, name).catch((error: unknown) => options.onRunError(name, error))
  else if (name !== undefined && part === 'status' && more.length === 0 && method === 'GET')
    writeFunctionStatus(exchange, name)
  else writeEmpty(response, 404)
}

/** Answers requests under `/admin` and for `/`; leaves all others with `false`. */
export const handleAdminRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminApiOptions,
): boolean => {
  const [area, ...rest] = (requestPath(request.url ?? '/') ?? '').split('/').filter((part) => part !== '')
  const method = request.method ?? 'GET'
  if (area?.toLowerCase() !== 'admin') return false
  const baseUrl = `http://${request.headers.host ?? '127.0.0.1'}`
  const [controller = '', ...names] = rest
  const exchange = { request, response, options }
  if (controller.toLowerCase() === 'functions') handleFunctions(exchange, method, names, baseUrl)
  else if (controller.toLowerCase() !== 'host' || names.length !== 1) writeEmpty(response, 404)
  else if (names[0] === 'status' && method === 'GET') writeJson(response, 200, hostStatus(options.hostId))
  else if (names[0] === 'ping' && (method === 'GET' || method === 'POST')) writeEmpty(response, 200)
  else writeEmpty(response, 404)
  return true
}

/** The home page that the Azure host shows when no function answers `/`; 204 with `AzureWebJobsDisableHomepage`. */
export const handleHomepage = (request: IncomingMessage, response: ServerResponse, isDisabled: boolean): boolean => {
  if (request.method !== 'GET' || requestPath(request.url ?? '') !== '/') return false
  if (isDisabled) writeEmpty(response, 204)
  else {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>Functions host</title><p>The local Functions host is up and running.</p>')
  }
  return true
}
