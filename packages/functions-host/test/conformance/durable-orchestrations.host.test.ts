// What orchestrations do: activities, retries, timers, events, sub-orchestrations, continueAsNew.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DurableHost, durableApi, durableHostUnderTest } from './durable-host.ts'

let host: DurableHost
beforeAll(async () => {
  host = await durableHostUnderTest()
})
afterAll(() => host?.stop())

const { api, end, endAll, output, raise, run, runs, start, status, until } = durableApi(() => host.url)
const newKey = (): string => randomUUID()

describe('an orchestration', () => {
  it('that calls nothing ends in its first turn', async () => {
    expect(await output('plain', { a: 1 })).toEqual({ input: { a: 1 } })
  })

  it('calls activities one after the other', async () => {
    expect(await output('chain', 6)).toBe(64)
  })

  it('hands inputs of any kind to activities as they are', async () => {
    expect(await output('describeInputs')).toEqual([
      'string:"text"',
      'string:"\\"quoted\\""',
      'string:"123"',
      'number:123',
      'number:0',
      'boolean:true',
      'object:null',
      'object:[1,"a"]',
      'object:{"a":{"b":1}}',
      'string:""',
      `string:${JSON.stringify('é \u2028 😀')}`,
      'undefined:undefined',
    ])
  })

  it('gets results of any kind from activities as they are, and bytes as base64', async () => {
    expect(await output('results')).toEqual([
      'text',
      '123',
      12,
      1.5,
      true,
      null,
      { a: [1] },
      ['é \u2028 😀'],
      Buffer.from('bytes').toString('base64'),
      'none',
    ])
  })

  it('waits for all of 200 activities at once', async () => {
    expect(await output('fanOut', 200)).toBe(39_800)
  })

  it('runs a task once that stands in two compounds', async () => {
    const key = newKey()
    expect([await output('sharedTask', key), await runs(key)]).toEqual([1, 1])
  })

  it('makes the same ids in every replay, and knows whether it replays', async () => {
    const made = (await output('guids')) as { first: string; second: string; before: boolean }
    expect(made).toMatchObject({ first: expect.stringMatching(/^[0-9a-f-]{36}$/), before: true })
    expect(made.second).not.toBe(made.first)
  })

  it('that yields no task fails with the words of the library', async () => {
    const { runtimeStatus, output: text } = await run('yieldsNoTask')
    expect([runtimeStatus, text]).toEqual(['Failed', expect.stringContaining('programming constraint violation')])
  })

  it.each(['usesEntity', 'usesHttp'])('that %s fails and says why on a host that has none', async (name) => {
    if (process.env['DURABLE_BASE_URL']) return
    const { runtimeStatus, output: text } = await run(name)
    expect([runtimeStatus, text]).toEqual(['Failed', expect.stringMatching(/does not support call(?:Entity|Http)/)])
  })

  it('takes and gives more than a mebibyte', async () => {
    const text = `${'ü😀"\\\n'.repeat(120_000)}end`
    const ended = await run('big', { text })
    expect(ended).toMatchObject({ runtimeStatus: 'Completed', input: { text } })
    expect(ended.output).toEqual({ text: `${text}${text}`, length: text.length })
  })

  it('runs beside 199 others', async () => {
    const prefix = newKey()
    await Promise.all(Array.from({ length: 200 }, (_, index) => start('chain', 3, `${prefix}-${index}`)))
    const ended = await endAll(prefix, 200)
    expect(new Set(ended.map((one) => one.output))).toEqual(new Set([8]))
  })
})

describe('a failure', () => {
  // OutOfProcExceptionHelpers.cs and TaskActivityShim.cs of azure-functions-durable-extension, RpcException.cs of azure-functions-host
  it('of an activity reaches the orchestrator with its message, behind two spaces', async () => {
    const caught = await output('catchFailure', { activity: 'fail', input: { message: 'no paper left' } })
    expect(caught).toEqual({ caught: expect.stringContaining("Activity function 'fail' failed:  no paper left") })
  })

  it('may be a text that was thrown', async () => {
    expect(await output('catchFailure', { activity: 'throwText' })).toEqual({
      caught: expect.stringContaining('only text'),
    })
  })

  it('is what an activity is that does not exist', async () => {
    expect(await output('catchFailure', { activity: 'nobody' })).toEqual({
      caught: expect.stringContaining("'nobody' doesn't exist"),
    })
  })

  it('of one of several leaves the others running', async () => {
    expect(await output('failAll')).toBe('slow')
  })

  it('that nobody catches ends the orchestration', async () => {
    expect(await run('uncaught')).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringContaining("Orchestrator function 'uncaught' failed: Activity function 'fail' failed"),
    })
  })

  it('of the orchestrator itself ends it', async () => {
    expect(await run('throws', 7)).toMatchObject({
      runtimeStatus: 'Failed',
      output: "Orchestrator function 'throws' failed: on purpose 7",
    })
  })
})

describe('retries', () => {
  const retried = (times: number, more: object = {}) => ({ key: newKey(), times, first: 20, attempts: 4, ...more })

  it('repeat an activity until it succeeds', async () => {
    const input = retried(2)
    expect(await output('retry', input)).toMatchObject({ value: 3, after: 'after' })
    expect(await runs(input.key)).toBe(3)
  })

  it('give up after the last attempt, with the last failure', async () => {
    const input = retried(9)
    expect(await output('retry', input)).toMatchObject({
      caught: expect.stringContaining('failure 4'),
      after: 'after',
    })
    expect(await runs(input.key)).toBe(4)
  })

  it('need not be any', async () => {
    const input = retried(9, { attempts: 1 })
    expect(await output('retry', input)).toMatchObject({ caught: expect.stringContaining('failure 1') })
  })

  it('wait longer each time, up to the longest interval', async () => {
    const { ms } = (await output('retry', retried(3, { first: 100, backoff: 3, max: 200 }))) as { ms: number }
    expect(ms).toBeGreaterThanOrEqual(100 + 200 + 200)
  })

  it('end when their time is over', async () => {
    const input = retried(99, { first: 200, attempts: 20, timeout: 300 })
    expect(await output('retry', input)).toMatchObject({ caught: expect.stringContaining('failure'), after: 'after' })
    expect(await runs(input.key)).toBeLessThan(5)
  })

  it('of several activities at once keep apart', async () => {
    const inputs = [retried(0), retried(1), retried(2), retried(3), retried(1, { first: 1 })]
    expect(await output('retriesTogether', inputs)).toEqual([
      1,
      2,
      3,
      4,
      2,
      ...[0, 1, 2, 3, 4].map((index) => `other ${index}`),
      'after',
    ])
  })

  it('go on beside a timer and other activities', async () => {
    expect(await output('retryBesideTimer', retried(2, { first: 100 }))).toEqual([true, 'middle', 3])
  })

  it('of a sub-orchestration are instances of their own', async () => {
    expect(await output('childRetry', retried(2))).toEqual([3, 'after'])
  })

  it('of a sub-orchestration with an id take its place again', async () => {
    expect(await output('childRetry', retried(2, { instanceId: newKey() }))).toEqual([3, 'after'])
  })
})

describe('a timer', () => {
  it('fires when it is due, and not before by the clock of the orchestration', async () => {
    expect(await output('sleeper', 150)).toBeGreaterThanOrEqual(150)
  })

  it('that is past fires at once', async () => {
    expect(await output('sleeper', -1_000)).toBeGreaterThanOrEqual(0)
  })

  it('wins against an event that does not come', async () => {
    expect(await output('timeout', 50)).toBe('timer')
  })

  it('that is cancelled holds nothing up', async () => {
    const id = await start('firstOf')
    expect(await raise(id, 'go', { a: 1 })).toBe(202)
    expect(await end(id)).toMatchObject({ runtimeStatus: 'Completed', output: { event: { a: 1 } } })
  })
})

describe('an external event', () => {
  it('is kept until it is waited for, in the order in which events came', async () => {
    const id = await start('events', ['first', 'item', 'item', 'item'])
    for (const data of [1, 'two', { three: 3 }]) await raise(id, 'item', data)
    await raise(id, 'first')
    expect((await end(id)).output).toEqual(['none', 1, 'two', { three: 3 }])
  })

  it('that nobody waits for is not in the way', async () => {
    const id = await start('events', ['wanted'])
    await raise(id, 'other', 1)
    await raise(id, 'wanted', 2)
    expect((await end(id)).output).toEqual([2])
  })

  it('goes with the orchestration when it continues as new before it is used', async () => {
    const count = 25
    const id = await start('oneEventEach', { left: count, got: [] })
    const data = Array.from({ length: count }, (_, index) => index)
    const answers = await Promise.all(data.map((item) => raise(id, 'item', item)))
    expect(new Set(answers)).toEqual(new Set([202]))
    const ended = await end(id)
    expect((ended.output as number[]).toSorted((a, b) => a - b)).toEqual(data)
  })
})

describe('continueAsNew', () => {
  it('leaves events that came together, and that this execution had waited for, to the next', async () => {
    const id = await start('eitherEach', { left: 4, got: [] })
    await until(id, ({ runtimeStatus }) => runtimeStatus === 'Running')
    await api('POST', `instances/${id}/suspend?reason=x`)
    await until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended')
    for (const [index, name] of ['b', 'a', 'b', 'a'].entries()) await raise(id, name, index)
    await api('POST', `instances/${id}/resume?reason=x`)
    expect((await end(id)).output).toEqual([0, 1, 2, 3])
  })

  it('begins a new execution with a new input and keeps the id', async () => {
    const ended = await run('counter', { to: 30, at: 0 })
    expect(ended).toMatchObject({ output: 30, input: { to: 30, at: 29 }, customStatus: { at: 29 } })
  })

  it('hands over a text as it is', async () => {
    expect(await output('continuesWithText', '"')).toBe('"""')
  })

  it('leaves only the last execution in the history', async () => {
    const id = await start('counter', { to: 10, at: 0 })
    await end(id)
    const { historyEvents = [] } = await status(id, '?showHistory=true')
    expect(historyEvents.map(({ EventType }) => EventType)).toEqual([
      'ExecutionStarted',
      'TaskCompleted',
      'ExecutionCompleted',
    ])
  })
})

describe('a custom status', () => {
  it('is to be seen while the orchestration runs and after it', async () => {
    const id = await start('status')
    await until(id, ({ customStatus }) => customStatus === 'begun')
    await raise(id, 'go')
    await until(id, ({ customStatus }) => JSON.stringify(customStatus) === '{"step":2}')
    await raise(id, 'go')
    expect(await end(id)).toMatchObject({ output: 'done', customStatus: { step: 2 } })
  })
})

describe('a sub-orchestration', () => {
  it('knows its parent, gets an id of its own and answers the parent', async () => {
    const id = await start('parent', { values: ['a', 'b', 'c'] })
    const { output: results } = await end(id)
    expect(results).toEqual(
      ['a', 'b', 'c'].map((value) => ({ value, parent: id, instanceId: expect.any(String) as string })),
    )
    const ids = (results as Array<{ instanceId: string }>).map(({ instanceId }) => instanceId)
    expect(new Set([id, ...ids]).size).toBe(4)
    expect((await status(ids[0] ?? '')).runtimeStatus).toBe('Completed')
  })

  it('takes the id that it is given', async () => {
    const instanceId = newKey()
    expect(await output('parent', { values: [1], instanceId })).toMatchObject([{ instanceId }])
  })

  it('that fails tells its parent why', async () => {
    expect(await output('catchChild', { name: 'throws', input: 5 })).toEqual({
      caught: expect.stringContaining("Orchestrator function 'throws' failed: on purpose 5"),
    })
  })

  it('that does not exist is a failure', async () => {
    expect(await output('catchChild', { name: 'nobody' })).toEqual({
      caught: expect.stringContaining("'nobody' doesn't exist"),
    })
  })

  it('cannot take the place of an instance that runs', async () => {
    const instanceId = await start('events', ['go'])
    expect(await output('catchChild', { name: 'child', input: { value: 1 }, instanceId })).toEqual({
      caught: expect.stringContaining('already exists'),
    })
    await raise(instanceId, 'go')
  })

  it('that is terminated is a failure for its parent', async () => {
    const instanceId = newKey()
    const id = await start('catchChild', { name: 'events', input: ['go'], instanceId })
    await until(instanceId, ({ runtimeStatus }) => runtimeStatus === 'Running')
    expect((await api('POST', `instances/${instanceId}/terminate?reason=enough`)).status).toBe(202)
    expect((await end(id)).output).toEqual({ caught: expect.stringContaining('enough') })
  })
})
