// The durable functions that the conformance suite calls. The same file can be the entry of a real Functions app (`func start`).
import {
  app,
  type HttpHandler,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from '@azure/functions'
import * as df from 'durable-functions'

/** What the HTTP function `client/{operation}` is asked to do with the client binding. */
export type ClientRequest = {
  readonly instanceId?: string
  readonly name?: string
  readonly input?: unknown
  readonly eventName?: string
  readonly reason?: string
  readonly version?: string
  readonly statuses?: string[]
  readonly createdFrom?: string
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

// Activities. What ran how often is counted here: per process, by a key that a test chose.
const runs = new Map<string, number>()
const count = (key: string): number => {
  const next = (runs.get(key) ?? 0) + 1
  runs.set(key, next)
  return next
}
app.http('runs', { route: 'runs/{key}', handler: ({ params }) => ({ jsonBody: runs.get(params['key'] ?? '') ?? 0 }) })

df.app.activity('echo', { handler: (input: unknown) => input })
df.app.activity('double', { handler: (input: number) => input * 2 })
df.app.activity('instance', {
  handler: (_input: unknown, context: InvocationContext) => context.triggerMetadata?.['instanceId'],
})
df.app.activity('bytes', { handler: () => Buffer.from('bytes') })
df.app.activity('nothing', { handler: () => undefined })
df.app.activity('describe', {
  handler: (input: unknown) => `${typeof input}:${JSON.stringify(input) ?? 'undefined'}`,
})
df.app.activity('pause', {
  handler: async ({ ms, value }: { ms: number; value: unknown }) => {
    await sleep(ms)
    return value
  },
})
df.app.activity('counted', { handler: ({ key }: { key: string }) => count(key) })
df.app.activity('fail', {
  handler: ({ message }: { message: string }) => {
    throw new Error(message)
  },
})
df.app.activity('throwText', {
  handler: () => {
    // oxlint-disable-next-line no-throw-literal -- JavaScript can
    throw 'only text'
  },
})
df.app.activity('failTimes', {
  handler: ({ key, times }: { key: string; times: number }) => {
    const run = count(key)
    if (run <= times) throw new Error(`failure ${run}`)
    return run
  },
})

// Orchestrators
// oxlint-disable-next-line require-yield -- one that calls nothing
df.app.orchestration('plain', function* ({ df: context }) {
  return { input: context.getInput() }
})
df.app.orchestration('chain', function* ({ df: context }) {
  const length = context.getInput<number>()
  let value = 1
  for (let index = 0; index < length; index += 1) value = (yield context.callActivity('double', value)) as number
  return value
})
df.app.orchestration('describeInputs', function* ({ df: context }) {
  const inputs: unknown[] = [
    'text',
    '"quoted"',
    '123',
    123,
    0,
    true,
    null,
    [1, 'a'],
    { a: { b: 1 } },
    '',
    'é \u2028 😀',
  ]
  const described: unknown[] = []
  for (const input of inputs) described.push(yield context.callActivity('describe', input))
  described.push(yield context.callActivity('describe'))
  return described
})
df.app.orchestration('results', function* ({ df: context }) {
  const results: unknown[] = []
  for (const value of ['text', '123', 12, 1.5, true, null, { a: [1] }, ['é \u2028 😀']])
    results.push(yield context.callActivity('echo', value))
  for (const name of ['bytes', 'nothing']) results.push((yield context.callActivity(name)) ?? 'none')
  return results
})
df.app.orchestration('fanOut', function* ({ df: context }) {
  const width = context.getInput<number>()
  const tasks = Array.from({ length: width }, (_, index) => context.callActivity('double', index))
  const results = (yield context.Task.all(tasks)) as number[]
  return results.reduce((sum, value) => sum + value, 0)
})
df.app.orchestration('catchFailure', function* ({ df: context }) {
  const { activity, input } = context.getInput<{ activity: string; input?: unknown }>()
  try {
    return (yield context.callActivity(activity, input)) as unknown
  } catch (error) {
    return { caught: error instanceof Error ? error.message : String(error) }
  }
})
df.app.orchestration('failAll', function* ({ df: context }) {
  const slow = context.callActivity('pause', { ms: 100, value: 'slow' })
  try {
    yield context.Task.all([slow, context.callActivity('fail', { message: 'one of two' })])
    return 'no failure'
  } catch {
    return (yield slow) as unknown
  }
})
df.app.orchestration('throws', function* ({ df: context }) {
  yield context.callActivity('echo', 1)
  throw new Error(`on purpose ${String(context.getInput())}`)
})
df.app.orchestration('uncaught', function* ({ df: context }) {
  yield context.callActivity('fail', { message: 'not caught' })
})
df.app.orchestration('yieldsNoTask', function* () {
  yield 5 as unknown as df.Task
})

const retryOptions = (given: { first: number; attempts: number; backoff?: number; max?: number; timeout?: number }) => {
  const options = new df.RetryOptions(given.first, given.attempts)
  if (given.backoff !== undefined) options.backoffCoefficient = given.backoff
  if (given.max !== undefined) options.maxRetryIntervalInMilliseconds = given.max
  if (given.timeout !== undefined) options.retryTimeoutInMilliseconds = given.timeout
  return options
}
type Retried = Parameters<typeof retryOptions>[0] & { key: string; times: number }

df.app.orchestration('retry', function* ({ df: context }) {
  const input = context.getInput<Retried>()
  const started = context.currentUtcDateTime.getTime()
  try {
    const value = (yield context.callActivityWithRetry('failTimes', retryOptions(input), input)) as unknown
    const after = (yield context.callActivity('echo', 'after')) as unknown
    return { value, after, ms: context.currentUtcDateTime.getTime() - started }
  } catch (error) {
    const after = (yield context.callActivity('echo', 'after')) as unknown
    return { caught: String(error), after, ms: context.currentUtcDateTime.getTime() - started }
  }
})
df.app.orchestration('retriesTogether', function* ({ df: context }) {
  const inputs = context.getInput<Retried[]>()
  const tasks = inputs.map((input) => context.callActivityWithRetry('failTimes', retryOptions(input), input))
  const others = Array.from({ length: 5 }, (_, index) => context.callActivity('echo', `other ${index}`))
  const values = (yield context.Task.all([...tasks, ...others])) as unknown[]
  return [...values, yield context.callActivity('echo', 'after')]
})
df.app.orchestration('retryBesideTimer', function* ({ df: context }) {
  const input = context.getInput<Retried>()
  const retried = context.callActivityWithRetry('failTimes', retryOptions(input), input)
  const timer = context.createTimer(new Date(context.currentUtcDateTime.getTime() + 30))
  const first = (yield context.Task.any([retried, timer])) as df.Task
  const middle = (yield context.callActivity('echo', 'middle')) as unknown
  return [first === timer, middle, (yield retried) as unknown]
})

df.app.orchestration('firstOf', function* ({ df: context }) {
  const timer = context.createTimer(new Date(context.currentUtcDateTime.getTime() + 60_000))
  const event = context.waitForExternalEvent('go')
  const winner = (yield context.Task.any([event, timer])) as df.Task
  if (winner !== event) return 'timer'
  timer.cancel()
  return { event: event.result }
})
df.app.orchestration('timeout', function* ({ df: context }) {
  const ms = context.getInput<number>()
  const timer = context.createTimer(new Date(context.currentUtcDateTime.getTime() + ms))
  const event = context.waitForExternalEvent('go')
  return (yield context.Task.any([event, timer])) === timer ? 'timer' : 'event'
})
df.app.orchestration('sleeper', function* ({ df: context }) {
  const before = context.currentUtcDateTime.getTime()
  yield context.createTimer(new Date(before + context.getInput<number>()))
  return context.currentUtcDateTime.getTime() - before
})
// The same task in two compounds is one task.
df.app.orchestration('sharedTask', function* ({ df: context }) {
  const key = context.getInput<string>()
  const shared = context.callActivity('counted', { key })
  yield context.Task.any([context.callActivity('echo', 'quick'), shared])
  yield context.Task.all([shared, context.callActivity('echo', 'other')])
  return shared.result
})
df.app.orchestration('events', function* ({ df: context }) {
  const wanted = context.getInput<string[]>()
  const got: unknown[] = []
  for (const name of wanted) got.push((yield context.waitForExternalEvent(name)) ?? 'none')
  return got
})

// One event an execution; the rest must be there in the next.
df.app.orchestration('oneEventEach', function* ({ df: context }) {
  const { left, got } = context.getInput<{ left: number; got: unknown[] }>()
  const event = (yield context.waitForExternalEvent('item')) as unknown
  if (left === 1) return [...got, event]
  context.continueAsNew({ left: left - 1, got: [...got, event] })
  return undefined
})
// Two waits an execution, of which the first to come true is enough.
df.app.orchestration('eitherEach', function* ({ df: context }) {
  const { left, got } = context.getInput<{ left: number; got: unknown[] }>()
  const either = [context.waitForExternalEvent('a'), context.waitForExternalEvent('b')]
  const first = (yield context.Task.any(either)) as df.Task
  if (left === 1) return [...got, first.result]
  context.continueAsNew({ left: left - 1, got: [...got, first.result] })
  return undefined
})
df.app.orchestration('counter', function* ({ df: context }) {
  const { to, at } = context.getInput<{ to: number; at: number }>()
  context.setCustomStatus({ at })
  const next = (yield context.callActivity('echo', at + 1)) as number
  if (next === to) return next
  context.continueAsNew({ to, at: next })
  return undefined
})
df.app.orchestration('continuesWithText', function* ({ df: context }) {
  const input = context.getInput<string>()
  if (input.length >= 3) return input
  yield context.callActivity('nothing')
  context.continueAsNew(`${input}"`)
  return undefined
})

df.app.orchestration('status', function* ({ df: context }) {
  context.setCustomStatus('begun')
  yield context.waitForExternalEvent('go')
  context.setCustomStatus({ step: 2 })
  yield context.waitForExternalEvent('go')
  return 'done'
})

// Sub-orchestrations
df.app.orchestration('child', function* ({ df: context }) {
  const input = context.getInput<{ value: unknown }>()
  const value = (yield context.callActivity('echo', input.value)) as unknown
  return { value, parent: context.parentInstanceId, instanceId: context.instanceId }
})
df.app.orchestration('parent', function* ({ df: context }) {
  const { values, instanceId } = context.getInput<{ values: unknown[]; instanceId?: string }>()
  return (yield context.Task.all(
    values.map((value) => context.callSubOrchestrator('child', { value }, instanceId)),
  )) as unknown
})
df.app.orchestration('catchChild', function* ({ df: context }) {
  const { name, input, instanceId } = context.getInput<{ name: string; input?: unknown; instanceId?: string }>()
  try {
    return (yield context.callSubOrchestrator(name, input, instanceId)) as unknown
  } catch (error) {
    return { caught: error instanceof Error ? error.message : String(error) }
  }
})
df.app.orchestration('failingChild', function* ({ df: context }) {
  const input = context.getInput<{ key: string; times: number }>()
  return (yield context.callActivity('failTimes', input)) as unknown
})
df.app.orchestration('childRetry', function* ({ df: context }) {
  const input = context.getInput<Retried & { instanceId?: string }>()
  const options = retryOptions(input)
  const value = (yield context.callSubOrchestratorWithRetry(
    'failingChild',
    options,
    input,
    input.instanceId,
  )) as unknown
  return [value, (yield context.callActivity('echo', 'after')) as unknown]
})

df.app.orchestration('big', function* ({ df: context }) {
  const input = context.getInput<{ text: string }>()
  const text = (yield context.callActivity('echo', input.text)) as string
  const length = (yield context.callActivity('echo', text.length)) as number
  return { text: `${text}${text}`, length }
})
df.app.orchestration('guids', function* ({ df: context }) {
  const first = context.newGuid('a')
  const before = context.isReplaying
  yield context.callActivity('echo', 1)
  return { first, second: context.newGuid('a'), before, version: context.version }
})
df.app.orchestration('usesEntity', function* ({ df: context }) {
  return (yield context.callEntity(new df.EntityId('counter', 'one'), 'get')) as unknown
})
df.app.orchestration('usesHttp', function* ({ df: context }) {
  return (yield context.callHttp({ method: 'GET', url: 'http://127.0.0.1:1/' })) as unknown
})
// The chaos test kills the host in the middle of this.
df.app.orchestration('journey', function* ({ df: context }) {
  const { key, activities } = context.getInput<{ key: string; activities: number }>()
  const values: unknown[] = []
  for (let index = 0; index < activities; index += 1)
    values.push((yield context.callActivity('pause', { ms: 20, value: `${key}-${index}` })) as unknown)
  yield context.createTimer(new Date(context.currentUtcDateTime.getTime() + 50))
  const child = (yield context.callSubOrchestrator('child', { value: key })) as { value: unknown }
  const all = (yield context.Task.all(
    [1, 2, 3].map((value) => context.callActivity('pause', { ms: 20, value })),
  )) as unknown
  const events: unknown[] = []
  for (let index = 0; index < 3; index += 1) events.push((yield context.waitForExternalEvent('item')) as unknown)
  return { values, child: child.value, all, events }
})

// The client binding
type Client = ReturnType<typeof df.getClient>
const operations: Readonly<Record<string, (client: Client, given: ClientRequest) => Promise<unknown>>> = {
  start: (client, { name = '', instanceId, input, version }) =>
    client.startNew(name, {
      ...(instanceId !== undefined && { instanceId }),
      ...(version !== undefined && { version }),
      input,
    }),
  status: (client, { instanceId = '' }) =>
    client.getStatus(instanceId, { showHistory: true, showHistoryOutput: true, showInput: true }),
  statusAll: (client) => client.getStatusAll(),
  statusBy: (client, { statuses = [], createdFrom }) =>
    client.getStatusBy({
      runtimeStatus: Object.values(df.OrchestrationRuntimeStatus).filter((status) => statuses.includes(status)),
      ...(createdFrom !== undefined && { createdTimeFrom: new Date(createdFrom) }),
    }),
  raiseEvent: (client, { instanceId = '', eventName = '', input }) => client.raiseEvent(instanceId, eventName, input),
  terminate: (client, { instanceId = '', reason = '' }) => client.terminate(instanceId, reason),
  suspend: (client, { instanceId = '', reason = '' }) => client.suspend(instanceId, reason),
  resume: (client, { instanceId = '', reason = '' }) => client.resume(instanceId, reason),
  purge: (client, { instanceId = '' }) => client.purgeInstanceHistory(instanceId),
  payload: async (client, { instanceId = '' }) => client.createHttpManagementPayload(instanceId),
}

const clientHandler: HttpHandler = async (request: HttpRequest, context): Promise<HttpResponseInit> => {
  const operation = operations[request.params['operation'] ?? '']
  if (!operation) return { status: 404 }
  try {
    const result = await operation(df.getClient(context), (await request.json()) as ClientRequest)
    return { jsonBody: { result: result ?? null } }
  } catch (error) {
    return { jsonBody: { error: error instanceof Error ? error.message : String(error) } }
  }
}
app.http('client', {
  route: 'client/{operation}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: clientHandler,
})
app.http('start-and-point', {
  route: 'start-and-point/{name}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context)
    const instanceId = await client.startNew(request.params['name'] ?? '')
    return client.createCheckStatusResponse(request, instanceId)
  },
})
app.http('start-and-wait', {
  route: 'start-and-wait/{name}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context)
    const instanceId = await client.startNew(request.params['name'] ?? '', { input: await request.json() })
    return client.waitForCompletionOrCreateCheckStatusResponse(request, instanceId, {
      timeoutInMilliseconds: 10_000,
      retryIntervalInMilliseconds: 50,
    })
  },
})
