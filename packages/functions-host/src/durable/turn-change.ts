// What a turn, or an operator, makes of an instance.
import { randomUUID } from 'node:crypto'
import { type ControlEvent, eventTypes, type HistoryEvent, type IncomingEvent } from './history.ts'
import { type InstanceHead, type InstanceState, isFinal, type Message, type Parent } from './instance.ts'
import type { KeptText } from './kept-text.ts'
import type { Turn } from './orchestrator-turn.ts'
import type { Change } from './task-hub.ts'

const newId = (): string => randomUUID().replaceAll('-', '')

export type Start = {
  readonly instanceId: string
  readonly name: string
  /** JSON. */
  readonly input?: string
  readonly version?: string
  readonly parent?: Parent
}

const executionStarted = (
  { name, version }: Pick<Start, 'name' | 'version'>,
  input: string | undefined,
): IncomingEvent => ({
  EventType: eventTypes.ExecutionStarted,
  EventId: -1,
  Timestamp: new Date().toISOString(),
  Name: name,
  ...(input !== undefined && { Input: input }),
  ...(version !== undefined && { Version: version }),
})

export const newInstance = (start: Start) => {
  const now = new Date().toISOString()
  const { instanceId, name, input, version, parent } = start
  const head: InstanceHead = {
    instanceId,
    name,
    ...(version !== undefined && { version }),
    lifeId: newId(),
    executionId: newId(),
    status: 'Pending',
    createdTime: now,
    lastUpdatedTime: now,
    ...(parent && { parent }),
    ...(input !== undefined && { input: { text: input } }),
  }
  return { head, pending: [executionStarted(start, input)] }
}

/** A text that has not changed need not be stored again. */
const kept = (before: KeptText | undefined, text: string): KeptText => (before?.text === text ? before : { text })

const changedHead = (state: InstanceState, changes: Partial<InstanceHead>): InstanceHead => {
  const { pages: _, pageRefs: _r, openPage: _o, history: _h, pending: _p, pendingText: _t, etag: _e, ...head } = state
  return { ...head, ...changes, lastUpdatedTime: new Date().toISOString() }
}

const turnEnd = (): HistoryEvent => ({
  EventType: eventTypes.OrchestratorCompleted,
  EventId: -1,
  Timestamp: new Date().toISOString(),
})

const executionEnd = (status: InstanceHead['status'], output: string): HistoryEvent => ({
  EventType: eventTypes.ExecutionCompleted,
  EventId: -1,
  Timestamp: new Date().toISOString(),
  OrchestrationStatus: status,
  Result: output,
})

/** @param waiting what the queue holds of `pending` beside what the turn took */
export const changeByTurn = (
  state: InstanceState,
  turn: Turn,
  waiting: readonly IncomingEvent[],
  done: readonly Message[],
): Change => {
  const customStatus =
    turn.customStatus === undefined ? {} : { customStatus: kept(state.customStatus, turn.customStatus) }
  if (turn.outcome === 'continues') {
    const { input: _, ...head } = changedHead(state, { ...customStatus, status: 'Running', executionId: newId() })
    return {
      head: { ...head, ...(turn.input !== undefined && { input: { text: turn.input } }) },
      events: [],
      pending: [executionStarted(state, turn.input), ...turn.carried, ...waiting],
      done,
    }
  }
  if (turn.outcome === 'waits')
    return {
      head: changedHead(state, { ...customStatus, status: 'Running' }),
      events: [...turn.events, turnEnd()],
      pending: waiting,
      done,
    }
  const status = turn.outcome === 'completed' ? 'Completed' : 'Failed'
  return {
    head: changedHead(state, { ...customStatus, status, output: { text: turn.output } }),
    events: [...turn.events, executionEnd(status, turn.output), turnEnd()],
    pending: [],
    done,
  }
}

export const changeByControl = (state: InstanceState, event: ControlEvent, done: readonly Message[]): Change => {
  const { pending } = state
  if (event.EventType === eventTypes.ExecutionTerminated) {
    const output = event.Input ?? 'null'
    const events = [event, executionEnd('Terminated', output)]
    return { head: changedHead(state, { status: 'Terminated', output: { text: output } }), events, pending: [], done }
  }
  const status = event.EventType === eventTypes.ExecutionSuspended ? 'Suspended' : 'Running'
  return { head: changedHead(state, { status }), events: [event], pending, done }
}

/** Nothing but rows that go. */
export const changeByCleaning = (state: InstanceState, done: readonly Message[]): Change => ({
  head: { ...changedHead(state, {}), lastUpdatedTime: state.lastUpdatedTime },
  events: [],
  pending: state.pending,
  done,
})

/** What the parent gets to know of an instance that is over. */
export const completionFor = ({ status, output, name }: InstanceHead, taskId: number): IncomingEvent => {
  const base = { EventId: -1, Timestamp: new Date().toISOString(), TaskScheduledId: taskId } as const
  const text = output?.text ?? 'null'
  if (!isFinal(status)) throw new Error(`The instance of ${name} is ${status}: it has no result yet.`)
  if (status === 'Completed') return { EventType: eventTypes.SubOrchestrationInstanceCompleted, ...base, Result: text }
  const reason: unknown = JSON.parse(text)
  const Reason = typeof reason === 'string' ? reason : text
  return { EventType: eventTypes.SubOrchestrationInstanceFailed, ...base, Reason, Details: Reason }
}

export const failedChild = (taskId: number, text: string): IncomingEvent => ({
  EventType: eventTypes.SubOrchestrationInstanceFailed,
  EventId: -1,
  Timestamp: new Date().toISOString(),
  TaskScheduledId: taskId,
  Reason: text,
  Details: text,
})
