// One run of a function: the same steps as in the worker's invocation handler, with hooks, log lines and the count of what is running.
import { randomUUID } from 'node:crypto'
import type { Bindings } from './bindings.ts'
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  LibraryInvocationContext,
  LogCategory,
  LogLevel,
  RetryContext,
  RpcTypedData,
  TraceContext,
} from './core-types.ts'
import type { FunctionApp } from './function-app.ts'
import type { FunctionTimeout } from './function-timeout.ts'
import type { Hooks } from './hooks.ts'
import type { HostLog } from './host-log.ts'
import { createRunningWork } from './running-work.ts'
import { traceContextFor } from './trace-context.ts'
import type { HostedFunction } from './hosted-function.ts'

export type InvocationInput = {
  /** A new one unless the trigger has told it to somebody already. */
  readonly invocationId?: string
  /** The trigger's data. */
  readonly data: RpcTypedData
  readonly triggerMetadata?: Readonly<Record<string, RpcTypedData>>
  readonly traceContext?: TraceContext
  readonly retryContext?: RetryContext
  /** Why it runs, for the log: "Timer fired at 2026-...". */
  readonly reason: string
}

/** Runs a function. Rejects with what the function (or a hook) threw, after it has been logged. */
export type Invoke = (fn: HostedFunction, input: InvocationInput) => Promise<InvocationResponse>

export type Invocations = {
  readonly invoke: Invoke
  readonly running: () => number
  /** Resolves when nothing runs any more, at the latest after `msMax`. */
  readonly idle: (msMax: number) => Promise<void>
}

type Options = {
  readonly app: Pick<FunctionApp, 'model'>
  readonly hooks: Hooks
  readonly bindings: Pick<Bindings, 'readInputs' | 'writeOutputs'>
  readonly log: HostLog
  readonly timeout: FunctionTimeout
}

const requestFor = (
  fn: HostedFunction,
  input: InvocationInput,
  extraInputs: Readonly<Record<string, RpcTypedData>>,
  invocationId: string,
): InvocationRequest => ({
  invocationId,
  functionId: fn.metadata.functionId ?? fn.name,
  inputData: [
    { name: fn.trigger.bindingName, data: input.data },
    ...Object.entries(extraInputs).map(([name, data]) => ({ name, data })),
  ],
  triggerMetadata: input.triggerMetadata ?? {},
  traceContext: input.traceContext ?? traceContextFor(),
  ...(input.retryContext && { retryContext: input.retryContext }),
})

/** The function between its hooks. A hook may replace the inputs, the handler, the result and the error. */
const runWithHooks = async (
  hooks: Hooks,
  core: CoreInvocationContext,
  model: InvocationModel,
  begin: { context: LibraryInvocationContext; inputs: unknown[]; hookData: object; callback: FunctionCallback },
): Promise<unknown> => {
  const hookContext = { hookData: begin.hookData, appHookData: hooks.appHookData, invocationContext: begin.context }
  const pre = { ...hookContext, inputs: begin.inputs, functionCallback: begin.callback }
  core.state = 'preInvocationHooks'
  await hooks.preInvocation(pre)

  const post: { inputs: unknown[]; result: unknown; error: unknown } = {
    ...hookContext,
    inputs: pre.inputs,
    result: undefined,
    error: undefined,
  }
  core.state = 'invocation'
  try {
    post.result = await model.invokeFunction(begin.context, pre.inputs, pre.functionCallback)
  } catch (error) {
    // Whatever was thrown counts as a failure, even `undefined`.
    post.error = error ?? new Error(`The function threw ${String(error)}.`)
  }
  core.state = 'postInvocationHooks'
  await hooks.postInvocation(post)
  core.state = undefined
  if (post.error !== undefined && post.error !== null) throw post.error
  return post.result
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

export const createInvocations = ({ app, hooks, bindings, log, timeout }: Options): Invocations => {
  const work = createRunningWork()

  const run = async (fn: HostedFunction, input: InvocationInput, invocationId: string): Promise<InvocationResponse> => {
    const extraInputs = await bindings.readInputs(fn)
    const hookData = {}
    let invocationContext: LibraryInvocationContext | undefined
    const core: CoreInvocationContext = {
      invocationId,
      request: requestFor(fn, input, extraInputs, invocationId),
      metadata: fn.metadata,
      state: undefined,
      log: (level: LogLevel, category: LogCategory, message: string) => {
        const record = { level, category, message, hookData, ...(invocationContext && { invocationContext }) }
        const changed = hooks.log(record)
        const source = category === 'user' ? `Function.${fn.name}.User` : `Function.${fn.name}`
        log(changed.level, source, changed.message, invocationId)
      },
    }
    const model = app.model.getInvocationModel(core)
    const { context, inputs } = await model.getArguments()
    invocationContext = context
    const result = await runWithHooks(hooks, core, model, { context, inputs, hookData, callback: fn.callback })
    const response = await model.getResponse(context, result)
    await bindings.writeOutputs(fn, response)
    return response
  }

  const runAndLog: Invoke = async (fn, input) => {
    const invocationId = input.invocationId ?? randomUUID()
    const category = `Function.${fn.name}`
    const started = performance.now()
    const ended = (outcome: string): string =>
      `Executed 'Functions.${fn.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - started)}ms)`
    log(
      'information',
      category,
      `Executing 'Functions.${fn.name}' (Reason='${input.reason}', Id=${invocationId})`,
      invocationId,
    )
    try {
      const response = await timeout.watch({ name: fn.name, invocationId }, run(fn, input, invocationId))
      log('information', category, ended('Succeeded'), invocationId)
      return response
    } catch (error) {
      log('error', category, `${ended('Failed')}\n${textOf(error)}`, invocationId)
      throw error
    }
  }

  return {
    invoke: (fn, input) => work.track(runAndLog(fn, input)),
    running: work.count,
    idle: work.idle,
  }
}
