// Runs an orchestration through durable-functions. Loaded by the first orchestration that runs: the library takes its time.
import type { FunctionHandler } from '@azure/functions'
import { type OrchestrationContext, RetryOptions, type Task } from 'durable-functions'
import { createOrchestrator } from 'durable-functions/lib/src/util/testingUtils.js'
import { retryDelayMsMax, retryForMs } from '../bus/retry-delay.ts'
import { type ErrorCode, errorTable } from '../error-table.ts'
import type { Integration } from '../integrations.ts'
import type { ActivityDefinition } from './activity.ts'
import type { FlowProgress } from '../flows/flow-client.ts'
import type { Flow, OrchestrationDefinition } from './orchestration.ts'
import { finishActivity } from './finish-activity.ts'
import { FlowFailure } from '../flows/flow-failure.ts'
import { FlowStart, type StepInput, StepResult } from '../flows/flow-envelope.ts'

/**
 * So many attempts that the last one is made when the time for retries is over. They are counted since a limit in time, which Durable has as
 * well, leaves an orchestration of this library hanging: https://github.com/Azure/azure-functions-durable-js/issues/629
 */
const attemptsOf = (firstDelayMs: number): number => {
  let waits = 0
  for (let waited = 0; waited < retryForMs; waits += 1) waited += Math.min(retryDelayMsMax, firstDelayMs * 2 ** waits)
  return waits + 1
}

export const createFlowHandler = (definition: OrchestrationDefinition): FunctionHandler =>
  createOrchestrator((context: OrchestrationContext) => run(definition, context))

/** The work, and the record of how it ended. */
function* run(definition: OrchestrationDefinition, { df }: OrchestrationContext): Generator<Task, unknown, unknown> {
  const start = FlowStart.parse(df.getInput())
  const { integration, operation } = definition
  const work: Work = { integration, operation }
  const call = createCall(df, start, work)
  let result: FlowProgress
  try {
    result = yield* definition.handler(flowOf(df, start, work, call))
  } catch (error) {
    const { code, message } = failureOf(error)
    yield* call(finishActivity, { flow: definition.name, ...work, failed: { code, detail: message } })
    throw error
  }
  const begunAs = work.operation === operation ? {} : { begunAs: operation }
  yield* call(finishActivity, { flow: definition.name, ...work, ...begunAs, result })
  return result
}

/**
 * What Durable gives of a step that it gave up is a text in which our code stands before the words of the last attempt. Azure puts two
 * spaces before them.
 */
const failureOf = (error: unknown): { readonly code: ErrorCode; readonly message: string } => {
  if (error instanceof FlowFailure) return error
  const text = error instanceof Error ? error.message : String(error)
  const [, code] = /^Activity function '[^']*' failed:\s+(?:\w+: )?([a-z-]+): /.exec(text) ?? []
  if (isErrorCode(code)) return { code, message: 'A step failed again and again until its time was up.' }
  return { code: 'internal', message: 'The work ended unexpectedly.' }
}

const isErrorCode = (text: string | undefined): text is ErrorCode =>
  text !== undefined && Object.hasOwn(errorTable, text)

type Call = Flow['call']
type Durable = OrchestrationContext['df']

/** Its operation becomes longer once the orchestration says what it is about. */
type Work = { readonly integration: Integration; operation: string }

const scheduled = (df: Durable, start: FlowStart, work: Work, { name }: ActivityDefinition, input: unknown): Task => {
  const firstDelayMs = start.retrySeconds * 1_000
  const retry = new RetryOptions(firstDelayMs, attemptsOf(firstDelayMs))
  retry.backoffCoefficient = 2
  retry.maxRetryIntervalInMilliseconds = retryDelayMsMax
  return df.callActivityWithRetry(name, retry, { ...start, work: { ...work }, input } satisfies StepInput)
}

const resultOf = (answer: unknown): unknown => {
  const step = StepResult.parse(answer)
  if ('failed' in step) throw new FlowFailure(step.failed.code, step.failed.detail)
  return step.done
}

const createCall = (df: Durable, start: FlowStart, work: Work): Call =>
  function* call(activity, input) {
    return resultOf(yield scheduled(df, start, work, activity, input))
  }

const flowOf = (df: Durable, start: FlowStart, work: Work, call: Call): Flow => ({
  tenantId: start.tenantId,
  requestId: start.requestId,
  now: () => df.currentUtcDateTime,
  call,
  *callEach(activity, inputs, { atOnce }) {
    const results: unknown[] = []
    for (let from = 0; from < inputs.length; from += atOnce) {
      const tasks = inputs.slice(from, from + atOnce).map((input) => scheduled(df, start, work, activity, input))
      const answers = (yield df.Task.all(tasks)) as readonly unknown[]
      results.push(...answers.map(resultOf))
    }
    return results
  },
  *sleepUntil(time) {
    yield df.createTimer(new Date(time))
  },
  about: (subject) => {
    work.operation = `${work.operation} (${subject})`
  },
  progress: (progress) => df.setCustomStatus(progress),
})
