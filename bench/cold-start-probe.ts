// The process of one cold start: node bench/cold-start-probe.ts <entry> <function> [<session cookie>]
// Loads a Function App, registers its functions and calls one, with as little around it as can be; prints how long each step took.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import type { CoreInvocationContext, RpcHttp } from '@theone/functions-host/core-types'
import { type LoadedApp, loadFunctionApp } from '@theone/functions-host/function-app'

export type ColdStart = {
  /** Milliseconds from the start of the process until it began to load the app; then of loading and registering; then of the call. */
  readonly process: number
  readonly load: number
  readonly firstCall: number
}

type Answer = { readonly status: string | undefined; readonly body: string }
type Call = { readonly name: string; readonly headers: Readonly<Record<string, string>> }

const invocationId = 'cold-start'

const call = async (app: LoadedApp, { name, headers }: Call): Promise<Answer> => {
  const { streamProxy } = app
  if (!streamProxy) {
    const http = await invoke(app, name, {
      method: 'GET',
      url: 'http://127.0.0.1/api/probe',
      nullableHeaders: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, { value }])),
      nullableParams: {},
      nullableQuery: {},
    })
    return { status: http?.statusCode, body: Buffer.from(http?.body?.bytes ?? []).toString() }
  }
  // With HTTP streaming the exchange and the run go side by side, as in the host.
  const [answer] = await Promise.all([exchange(streamProxy.url, headers), invoke(app, name, {})])
  return answer
}

const exchange = async (url: string, headers: Call['headers']): Promise<Answer> => {
  const forwarded = { 'x-forwarded-host': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-ms-invocation-id': invocationId }
  const sent = request(`${url}/api/probe`, { headers: { ...headers, ...forwarded } })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: String(answer.statusCode), body: await text(answer) }
}

const invoke = async ({ functions, model }: LoadedApp, name: string, http: RpcHttp): Promise<RpcHttp | undefined> => {
  const fn = functions.find(({ metadata }) => metadata.name === name)
  const trigger = Object.keys(fn?.metadata.bindings ?? {}).find((binding) => binding !== '$return')
  if (!fn || trigger === undefined) throw new Error(`${name} was not registered.`)
  const core: CoreInvocationContext = {
    invocationId,
    request: { invocationId, functionId: name, inputData: [{ name: trigger, data: { http } }], triggerMetadata: {} },
    metadata: fn.metadata,
    state: 'invocation',
    log: () => {},
  }
  const invocation = model.getInvocationModel(core)
  const { context, inputs } = await invocation.getArguments()
  const result = await invocation.invokeFunction(context, inputs, fn.callback)
  const { returnValue } = await invocation.getResponse(context, result)
  return returnValue?.http ?? undefined
}

const [entry = '', name = '', cookie] = process.argv.slice(2)
const headers = { 'x-forwarded-for': '127.0.0.1', ...(cookie !== undefined && { cookie: `code_session=${cookie}` }) }
const begun = performance.now()
const app = await loadFunctionApp(
  () => import(pathToFileURL(entry).href),
  () => {},
)
const registered = performance.now()
const { status, body } = await call(app, { name, headers })
const answered = performance.now()

if (status !== '200') throw new Error(`${name} answered ${status}: ${body}`)
const steps: ColdStart = { process: begun, load: registered - begun, firstCall: answered - registered }
console.log(JSON.stringify(steps))
// What keeps the process alive (connections to the storage, say) is no part of a cold start.
process.exit(0)
