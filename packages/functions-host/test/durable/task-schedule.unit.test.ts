import { describe, expect, it } from 'vitest'
import type { TaskAction } from '../../src/durable/actions.ts'
import { eventTypes, type HistoryEvent } from '../../src/durable/history.ts'
import { retryDelayMs } from '../../src/durable/retries.ts'
import { cancelledTimers, scheduleTasks } from '../../src/durable/task-schedule.ts'
import { completed, failed, fired, retry, scheduled, timerCreated } from './histories.ts'

const now = new Date('2030-01-01T00:00:10Z')
const work: TaskAction = { kind: 'activity', name: 'work' }
const other: TaskAction = { kind: 'activity', name: 'other' }
const schedule = (history: readonly HistoryEvent[], added: readonly HistoryEvent[], tasks: readonly TaskAction[]) =>
  scheduleTasks(tasks, { executionId: 'execution', history, added, now })

describe('the ids of tasks', () => {
  it('go on after those of the history', () => {
    const events = schedule([scheduled(0), scheduled(1)], [completed(0)], [work, work, other, work])
    expect(events).toMatchObject([
      { EventId: 2, Name: 'other' },
      { EventId: 3, Name: 'work' },
    ])
  })

  it('are taken by the wait of a retry before they are by new tasks', () => {
    const history = [scheduled(0, { Retry: retry(1) })]
    expect(schedule(history, [failed(0)], [work, other])).toMatchObject([
      { EventType: eventTypes.TimerCreated, EventId: 1, RetryOf: 0, FireAt: '2030-01-01T00:00:11.000Z' },
      { EventId: 2, Name: 'other' },
    ])
  })

  it('are taken by the next attempt when the wait is over', () => {
    const history = [scheduled(0, { Retry: retry(1) }), failed(0), timerCreated(1, { Retry: retry(2), RetryOf: 0 })]
    expect(schedule(history, [fired(1)], [work])).toMatchObject([
      { EventType: eventTypes.TaskScheduled, EventId: 2, Name: 'work', RetryOf: 0, Retry: { attempt: 2 } },
    ])
  })

  it('are taken by a wait after the last attempt too, which is over at once, and by no attempt after it', () => {
    const last = scheduled(4, { Retry: retry(3), RetryOf: 2 })
    const history = [scheduled(0, { Retry: retry(1) }), failed(0), last]
    const [wait] = schedule(history, [failed(4)], [work])
    expect(wait).toMatchObject({ EventId: 5, RetryOf: 4, FireAt: now.toISOString() })
    expect(schedule([...history, failed(4), ...(wait ? [wait] : [])], [fired(5)], [work])).toEqual([])
  })

  // DurableOrchestrationContext.cs of azure-functions-durable-extension, `CreateTimer`
  it('are taken by each part of a wait of more than six days, three days at a time', () => {
    const until = '2030-01-11T00:00:10.000Z'
    const wait: TaskAction = { kind: 'timer', fireAt: until, isCanceled: false }
    const [first] = schedule([], [], [wait])
    expect(first).toMatchObject({ EventId: 0, FireAt: '2030-01-04T00:00:10.000Z', LongUntil: until })
    const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
    const history = first ? [first] : []
    const [second] = scheduleTasks([wait], { executionId: 'e', history, added: [fired(0)], now: later(3) })
    expect(second).toMatchObject({ EventId: 1, FireAt: '2030-01-07T00:00:10.000Z', LongUntil: until, RetryOf: 0 })
    const longer = [...history, fired(0), ...(second ? [second] : [])]
    const [third] = scheduleTasks([wait], { executionId: 'e', history: longer, added: [fired(1)], now: later(6) })
    expect(third).toEqual({
      EventType: eventTypes.TimerCreated,
      EventId: 2,
      Timestamp: later(6).toISOString(),
      FireAt: until,
      RetryOf: 0,
    })
    const all = [...longer, fired(1), ...(third ? [third] : [])]
    expect(scheduleTasks([wait], { executionId: 'e', history: all, added: [fired(2)], now: later(10) })).toEqual([])
    expect(cancelledTimers([{ ...wait, isCanceled: true }], all)).toEqual(new Set([0, 1, 2]))
  })

  it('of sub-orchestrations make their ids', () => {
    const child: TaskAction = { kind: 'subOrchestration', name: 'child' }
    expect(schedule([], [], [work, child, { ...child, instanceId: 'given' }])).toMatchObject([
      {},
      { InstanceId: 'execution:0001' },
      { InstanceId: 'given' },
    ])
  })
})

describe('a replay', () => {
  it.each<[string, readonly TaskAction[]]>([
    ['another name', [other]],
    ['another kind', [{ kind: 'timer', fireAt: now.toISOString(), isCanceled: false }]],
    ['less', []],
  ])('that asks for %s than the history has is refused', (_, tasks) => {
    expect(() => schedule([scheduled(0)], [], tasks)).toThrow('Non-Deterministic workflow detected')
  })
})

describe('the wait before an attempt', () => {
  it('grows by the coefficient up to the longest interval', () => {
    const options = {
      firstRetryIntervalInMilliseconds: 100,
      maxNumberOfAttempts: 9,
      backoffCoefficient: 3,
      maxRetryIntervalInMilliseconds: 500,
    }
    expect([2, 3, 4, 5].map((attempt) => retryDelayMs(options, attempt))).toEqual([100, 300, 500, 500])
  })
})

describe('cancelled timers', () => {
  it('are known by their ids, which retries do not shift', () => {
    const history = [
      scheduled(0, { Retry: retry(1) }),
      timerCreated(1),
      timerCreated(2, { Retry: retry(2), RetryOf: 0 }),
      timerCreated(3),
    ]
    const timer = (isCanceled: boolean): TaskAction => ({ kind: 'timer', fireAt: now.toISOString(), isCanceled })
    expect([...cancelledTimers([work, timer(false), timer(true)], history)]).toEqual([3])
  })
})
