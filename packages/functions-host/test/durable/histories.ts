// Histories for unit tests of the durable engine.
import {
  type CompletionEvent,
  eventTypes,
  type HistoryEvent,
  type RetryState,
  type ScheduledEvent,
} from '../../src/durable/history.ts'
import { noPages } from '../../src/durable/history-pages.ts'
import type { InstanceState } from '../../src/durable/instance.ts'

const Timestamp = '2030-01-01T00:00:00.000Z'

export const scheduled = (EventId: number, more: { Name?: string; Retry?: RetryState; RetryOf?: number } = {}) =>
  ({ EventType: eventTypes.TaskScheduled, EventId, Timestamp, Name: 'work', ...more }) satisfies ScheduledEvent

export const timerCreated = (EventId: number, more: { Retry?: RetryState; RetryOf?: number } = {}) =>
  ({ EventType: eventTypes.TimerCreated, EventId, Timestamp, FireAt: Timestamp, ...more }) satisfies ScheduledEvent

export const completed = (TaskScheduledId: number): CompletionEvent => ({
  EventType: eventTypes.TaskCompleted,
  EventId: -1,
  Timestamp,
  TaskScheduledId,
  Result: 'null',
})

export const failed = (TaskScheduledId: number): CompletionEvent => ({
  EventType: eventTypes.TaskFailed,
  EventId: -1,
  Timestamp,
  TaskScheduledId,
  Reason: 'reason',
  Details: 'details',
})

export const fired = (TimerId: number): CompletionEvent => ({
  EventType: eventTypes.TimerFired,
  EventId: -1,
  Timestamp,
  TimerId,
  FireAt: Timestamp,
})

export const instance = (history: readonly HistoryEvent[], more: Partial<InstanceState> = {}): InstanceState => ({
  instanceId: 'id',
  name: 'orchestrator',
  lifeId: 'life',
  executionId: 'execution',
  status: 'Running',
  createdTime: Timestamp,
  lastUpdatedTime: Timestamp,
  ...noPages,
  history,
  pending: [],
  etag: '*',
  ...more,
})

export const retry = (attempt: number, maxNumberOfAttempts = 3): RetryState => ({
  attempt,
  firstAttemptAt: Timestamp,
  options: { firstRetryIntervalInMilliseconds: 1_000, maxNumberOfAttempts, backoffCoefficient: 2 },
})
