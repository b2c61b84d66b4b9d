// Plays an orchestration through durable-functions and the turns of the local host, without a host and in virtual time: a day of retries takes
// a moment. Steps are answered by the test.
import { vi } from 'vitest'
import { InvocationContext } from '@azure/functions'
import type { HostServices } from '@theone/functions-host/trigger-kind'
import { failureOf } from '../../packages/functions-host/src/durable/activity.ts'
import { nextBatch } from '../../packages/functions-host/src/durable/batch.ts'
import {
  eventTypes,
  type HistoryEvent,
  type IncomingEvent,
  type ScheduledEvent,
  type TaskScheduled,
} from '../../packages/functions-host/src/durable/history.ts'
import type { InstanceState, Message } from '../../packages/functions-host/src/durable/instance.ts'
import { takeTurn, type Turn } from '../../packages/functions-host/src/durable/orchestrator-turn.ts'
import type { HostedFunction } from '../../packages/functions-host/src/hosted-function.ts'
import type { FlowStart, StepInput, StepResult } from '../../shared/flows/flow-envelope.ts'
import { createFlowHandler } from '../../shared/triggers/flow-runtime.ts'
import type { OrchestrationDefinition } from '../../shared/triggers/orchestration.ts'
import type { Recording } from './replay.ts'

/** What a step answers; what it throws is a failure of one attempt. */
export type Answer = (step: { readonly name: string; readonly input: unknown }) => StepResult

export type Played = {
  readonly outcome: 'completed' | 'failed'
  readonly output: unknown
  /** Every attempt, in order. */
  readonly attempts: readonly { readonly name: string; readonly input: unknown; readonly at: string }[]
  readonly endedAt: string
  /** To be replayed. */
  readonly recording: Recording
}

const begin = '2026-11-01T00:00:00.000Z'
const turnsMax = 5_000

/** @throws an error when the orchestration waits for something that never comes */
export const playFlow = async (
  definition: OrchestrationDefinition,
  start: FlowStart,
  answer: Answer,
): Promise<Played> => {
  vi.useFakeTimers({ now: new Date(begin), toFake: ['Date'] })
  try {
    return await play(definition, start, answer)
  } finally {
    vi.useRealTimers()
  }
}

const play = async (definition: OrchestrationDefinition, start: FlowStart, answer: Answer): Promise<Played> => {
  const { host, fn } = hostOf(definition)
  const attempts: { name: string; input: unknown; at: string }[] = []
  const input = JSON.stringify(start)
  const history: HistoryEvent[] = []
  const state = newInstance(definition.name, input, history)
  let queue: readonly Message[] = [
    message({
      EventType: eventTypes.ExecutionStarted,
      EventId: -1,
      Timestamp: begin,
      Name: definition.name,
      Input: input,
    }),
  ]
  for (let turns = 0; turns < turnsMax; turns += 1) {
    const { taken, stale } = nextBatch(state, dueFirst(queue))
    if (taken.length === 0) throw new Error(`${definition.name} waits for something that never comes.`)
    const turn = await takeTurn(
      host,
      fn,
      state,
      taken.map(({ event }) => event),
    )
    history.push(...turn.events, ...end(turn))
    if (turn.outcome === 'completed' || turn.outcome === 'failed') return played(turn, state, attempts)
    const outcomes = turn.scheduled.map((scheduled) => message(outcomeOf(scheduled, answer, attempts)))
    queue = [...queue.filter((waiting) => !taken.includes(waiting) && !stale.includes(waiting)), ...outcomes]
  }
  throw new Error(`${definition.name} has not ended after ${turnsMax} turns.`)
}

const executionId = 'execution'

/** As much of an instance as a turn reads. */
const newInstance = (name: string, input: string, history: readonly HistoryEvent[]): InstanceState =>
  ({
    instanceId: 'played',
    name,
    lifeId: 'life',
    executionId,
    status: 'Running',
    createdTime: begin,
    lastUpdatedTime: begin,
    input: { text: input },
    history,
    pending: [],
  }) as unknown as InstanceState

const message = (event: IncomingEvent): Message => ({ event, executionId })

/** What is there comes before what is due later; the clock is set to the first that is. */
const dueFirst = (queue: readonly Message[]): readonly Message[] => {
  const now = queue.filter(({ event }) => !('FireAt' in event))
  if (now.length > 0) return now
  const [first] = queue.toSorted((one, other) => dueAt(one) - dueAt(other))
  if (!first) return []
  if (dueAt(first) > Date.now()) vi.setSystemTime(dueAt(first))
  return [first]
}

const dueAt = ({ event }: Message): number => ('FireAt' in event ? Date.parse(event.FireAt) : 0)

const outcomeOf = (
  scheduled: ScheduledEvent,
  answer: Answer,
  attempts: { name: string; input: unknown; at: string }[],
): IncomingEvent => {
  const base = { EventId: -1, Timestamp: new Date().toISOString() } as const
  if (scheduled.EventType === eventTypes.TimerCreated)
    return { ...base, EventType: eventTypes.TimerFired, TimerId: scheduled.EventId, FireAt: scheduled.FireAt }
  const { EventId: TaskScheduledId, Name: name, Input } = scheduled as TaskScheduled
  const { input } = JSON.parse(Input ?? '{}') as StepInput
  attempts.push({ name, input, at: base.Timestamp })
  try {
    const Result = JSON.stringify(answer({ name, input }))
    return { ...base, EventType: eventTypes.TaskCompleted, TaskScheduledId, Result }
  } catch (error) {
    return { ...base, EventType: eventTypes.TaskFailed, TaskScheduledId, ...failureOf(name, error) }
  }
}

const end = (turn: Turn): readonly HistoryEvent[] =>
  turn.outcome === 'completed' || turn.outcome === 'failed'
    ? [
        {
          EventType: eventTypes.ExecutionCompleted,
          EventId: -1,
          Timestamp: new Date().toISOString(),
          OrchestrationStatus: turn.outcome === 'completed' ? 'Completed' : 'Failed',
          Result: turn.output,
        },
      ]
    : []

const played = (
  turn: Extract<Turn, { readonly output: string }>,
  { name, instanceId, input, history }: InstanceState,
  attempts: Played['attempts'],
): Played => ({
  outcome: turn.outcome,
  output: JSON.parse(turn.output) as unknown,
  attempts,
  endedAt: new Date().toISOString(),
  recording: { name, instanceId, input: JSON.parse(input?.text ?? 'null'), history },
})

/** As much of a host as a turn needs. */
const hostOf = (definition: OrchestrationDefinition) => {
  const handler = createFlowHandler(definition)
  const callback = (trigger: unknown): unknown =>
    handler(trigger, new InvocationContext({ functionName: definition.name, logHandler: () => {} }))
  const invoke = (fn: HostedFunction, { data }: { readonly data: { readonly json: string } }): unknown =>
    fn.callback(withDates(JSON.parse(data.json)))
  return {
    host: { invoke } as unknown as HostServices,
    fn: { name: definition.name, callback } as unknown as HostedFunction,
  }
}

/** The times of the history are dates to the library; the Functions library makes them so. */
const withDates = (trigger: unknown): unknown => {
  const { history, ...rest } = trigger as { history: HistoryEvent[] }
  return { ...rest, history: history.map(({ Timestamp, ...event }) => ({ ...event, Timestamp: new Date(Timestamp) })) }
}
