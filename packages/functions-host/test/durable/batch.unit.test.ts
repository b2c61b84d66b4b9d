import { describe, expect, it } from 'vitest'
import { nextBatch } from '../../src/durable/batch.ts'
import { eventTypes, type IncomingEvent } from '../../src/durable/history.ts'
import { completed, failed, fired, instance, retry, scheduled, timerCreated } from './histories.ts'

const now = '2030-01-01T00:00:00.000Z'
const message = (event: IncomingEvent, executionId = 'execution') => ({ event, executionId })
const raised = { event: { EventType: eventTypes.EventRaised, EventId: -1, Timestamp: now, Name: 'go' } } as const
const control = (name: 'ExecutionSuspended' | 'ExecutionResumed' | 'ExecutionTerminated') =>
  ({ event: { EventType: eventTypes[name], EventId: -1, Timestamp: now } }) as const

describe('the messages of a turn', () => {
  it('are all that wait, forty at most', () => {
    const state = instance(Array.from({ length: 60 }, (_, id) => scheduled(id)))
    const queue = Array.from({ length: 60 }, (_, id) => message(completed(id)))
    expect(nextBatch(state, queue)).toEqual({ taken: queue.slice(0, 40), stale: [] })
  })

  it('leave out second completions and those of an earlier execution', () => {
    const state = instance([scheduled(0), scheduled(1), completed(1)])
    const [first, again] = [message(completed(0)), message(completed(0))]
    const others = [message(completed(1)), message(completed(7)), message(completed(0), 'earlier')]
    expect(nextBatch(state, [others[2] ?? first, first, again, ...others.slice(0, 2)])).toEqual({
      taken: [first],
      stale: [others[2], again, others[0], others[1]],
    })
  })

  it('are one alone when it is a step of a retry', () => {
    const state = instance([
      scheduled(0, { Retry: retry(1) }),
      scheduled(1, { Retry: retry(1) }),
      timerCreated(2, { Retry: retry(2), RetryOf: 9 }),
      scheduled(3),
    ])
    const [failure, success, timer, plain] = [failed(0), completed(1), fired(2), failed(3)].map((event) =>
      message(event),
    )
    const taken = (...queue: Array<typeof failure>) =>
      nextBatch(
        state,
        queue.filter((one) => one !== undefined),
      ).taken
    expect(taken(failure, success)).toEqual([failure])
    expect(taken(success, plain, failure, timer)).toEqual([success, plain])
    expect(taken(timer, success)).toEqual([timer])
  })

  it('are one alone when it comes from an operator', () => {
    const terminate = control('ExecutionTerminated')
    expect(nextBatch(instance([]), [raised, terminate, raised]).taken).toEqual([raised])
    expect(nextBatch(instance([]), [terminate, raised]).taken).toEqual([terminate])
  })

  it('are none while the instance is suspended, but what ends that', () => {
    const suspended = instance([], { status: 'Suspended' })
    const [resume, terminate] = [control('ExecutionResumed'), control('ExecutionTerminated')]
    expect(nextBatch(suspended, [raised, control('ExecutionSuspended')]).taken).toEqual([])
    expect(nextBatch(suspended, [raised, resume]).taken).toEqual([resume])
    expect(nextBatch(suspended, [raised, terminate]).taken).toEqual([terminate])
  })
})
