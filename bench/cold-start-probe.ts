// The process of one cold start: node bench/cold-start-probe.ts <entry> <function> [<session cookie>]
// Loads a Function App, registers its functions and calls one, with as little around it as can be; prints how long each step took.
import { pathToFileURL } from 'node:url'
import type { CoreInvocationContext, RpcHttp } from '@theone/functions-host/core-types'
import { type LoadedApp, loadFunctionApp } from '@theone/functions-host/function-app'

export type ColdStart = {
  /** Milliseconds from the start of the process until it began to load the app; then of loading and registering; then of the call. */
  readonly process: number
  readonly load: number
  readonly firstCall: number
}

const call = async ({ functions, model }: LoadedApp, name: string, cookie: string | undefined): Promise<RpcHttp> => {
  const fn = functions.find(({ metadata }) => metadata.name === name)
  const trigger = Object.keys(fn?.metadata.bindings ?? {}).find((binding) => binding !== '$return')
  if (!fn || trigger === undefined) throw new Error(`${name} was not registered.`)
  const http: RpcHttp = {
    method: 'GET',
    url: 'http://127.0.0.1/api/probe',
    nullableHeaders: {
      'x-forwarded-for': { value: '127.0.0.1' },
      ...(cookie !== undefined && { cookie: { value: `code_session=${cookie}` } }),
    },
    nullableParams: {},
    nullableQuery: {},
  }
  const core: CoreInvocationContext = {
    invocationId: 'cold-start',
    request: {
      invocationId: 'cold-start',
      functionId: name,
      inputData: [{ name: trigger, data: { http } }],
      triggerMetadata: {},
    },
    metadata: fn.metadata,
    state: 'invocation',
    log: () => {},
  }
  const invocation = model.getInvocationModel(core)
  const { context, inputs } = await invocation.getArguments()
  const result = await invocation.invokeFunction(context, inputs, fn.callback)
  const { returnValue } = await invocation.getResponse(context, result)
  return returnValue?.http ?? {}
}

const [entry = '', name = '', cookie] = process.argv.slice(2)
const begun = performance.now()
const app = await loadFunctionApp(
  () => import(pathToFileURL(entry).href),
  () => {},
)
const registered = performance.now()
const answer = await call(app, name, cookie)
const answered = performance.now()

if (answer.statusCode !== '200') {
  const body = Buffer.from(answer.body?.bytes ?? []).toString()
  throw new Error(`${name} answered ${answer.statusCode}: ${body}`)
}
const steps: ColdStart = { process: begun, load: registered - begun, firstCall: answered - registered }
console.log(JSON.stringify(steps))
// What keeps the process alive (connections to the storage, say) is no part of a cold start.
process.exit(0)
