// Retries of activities and sub-orchestrations. The library takes the next task id for the wait after a failed attempt, and the next
// one for the attempt after it, without an action: these events are made here. It waits after the last attempt as well.
import {
  endedTask,
  eventTypes,
  type Failure,
  type HistoryEvent,
  type ScheduledEvent,
  type SubOrchestrationCreated,
  type TaskRetryOptions,
  type TaskScheduled,
  type TimerCreated,
} from './history.ts'

/** How long to wait before an attempt (from 2 on), in ms: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-error-handling */
export const retryDelayMs = (options: TaskRetryOptions, attempt: number): number => {
  const { firstRetryIntervalInMilliseconds: first, backoffCoefficient = 1, maxRetryIntervalInMilliseconds } = options
  const delay = first * backoffCoefficient ** (attempt - 2)
  return Math.min(delay, maxRetryIntervalInMilliseconds ?? Number.MAX_SAFE_INTEGER)
}

const isOverdue = (firstAttemptAt: string, options: TaskRetryOptions, now: Date): boolean =>
  options.retryTimeoutInMilliseconds !== undefined &&
  now.getTime() - Date.parse(firstAttemptAt) >= options.retryTimeoutInMilliseconds

const waitAfter = (task: ScheduledEvent, EventId: number, now: Date): TimerCreated | undefined => {
  if (!task.Retry) return undefined
  const { options, firstAttemptAt, attempt: failed } = task.Retry
  const attempt = failed + 1
  const isLast = attempt > options.maxNumberOfAttempts || isOverdue(firstAttemptAt, options, now)
  const delayMs = isLast ? 0 : retryDelayMs(options, attempt)
  return {
    EventType: eventTypes.TimerCreated,
    EventId,
    Timestamp: now.toISOString(),
    FireAt: new Date(now.getTime() + delayMs).toISOString(),
    Retry: { options, firstAttemptAt, attempt },
    RetryOf: task.EventId,
  }
}

/** The id of a sub-orchestration that was given none: the same each time that the turn is made, another for each attempt. */
export const automaticInstanceId = (executionId: string, taskId: number): string =>
  `${executionId}:${taskId.toString(16).padStart(4, '0')}`

const failureOf = (history: readonly HistoryEvent[], taskId: number): Failure | undefined => {
  const failed = history.findLast((event) => endedTask(event) === taskId)
  if (!failed || !('Reason' in failed)) return undefined
  const { Reason, Details, FailureDetails } = failed
  return { Reason, Details, ...(FailureDetails !== undefined && { FailureDetails }) }
}

type Context = { readonly history: readonly HistoryEvent[]; readonly executionId: string; readonly now: Date }

const attemptAfter = (timer: ScheduledEvent, EventId: number, context: Context): ScheduledEvent | undefined => {
  const { history, executionId, now } = context
  const { Retry, RetryOf } = timer
  const before = history.find(
    (event): event is TaskScheduled | SubOrchestrationCreated => 'Name' in event && event.EventId === RetryOf,
  )
  if (!Retry || RetryOf === undefined || !before || Retry.attempt > Retry.options.maxNumberOfAttempts) return undefined
  const Overdue = isOverdue(Retry.firstAttemptAt, Retry.options, now) ? failureOf(history, RetryOf) : undefined
  const again = { EventId, Timestamp: now.toISOString(), Retry, RetryOf, ...(Overdue && { Overdue }) }
  if (before.EventType === eventTypes.TaskScheduled) return { ...before, ...again }
  const hadAutomaticId = before.InstanceId === automaticInstanceId(executionId, before.EventId)
  return { ...before, ...again, ...(hadAutomaticId && { InstanceId: automaticInstanceId(executionId, EventId) }) }
}

/**
 * The event for which the library takes the next id when it reads `event`; undefined when it takes none.
 * @param task what the event ends
 */
export const retryStep = (
  event: HistoryEvent,
  task: ScheduledEvent,
  nextId: number,
  context: Context,
): ScheduledEvent | undefined =>
  event.EventType === eventTypes.TimerFired ? attemptAfter(task, nextId, context) : waitAfter(task, nextId, context.now)
