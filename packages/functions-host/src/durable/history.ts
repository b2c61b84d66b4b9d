// The history of an orchestration: the events that durable-functions replays, with the numbers and field names of DurableTask.Core
// (https://github.com/Azure/durabletask, HistoryEvent and EventType).

export const eventTypes = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const
export type EventTypeName = keyof typeof eventTypes

/** As the orchestrator gave them; times in ms. */
export type TaskRetryOptions = {
  readonly firstRetryIntervalInMilliseconds: number
  readonly maxNumberOfAttempts: number
  readonly backoffCoefficient?: number
  readonly maxRetryIntervalInMilliseconds?: number
  readonly retryTimeoutInMilliseconds?: number
}

export type RetryState = {
  readonly options: TaskRetryOptions
  /** The number of this attempt, or of the attempt after this timer; the first is 1. */
  readonly attempt: number
  readonly firstAttemptAt: string
}

/** Why a task failed, as the library gives it to the orchestrator. */
export type Failure = {
  readonly Reason: string
  readonly Details: string
  readonly FailureDetails?: unknown
}

type Timed = { readonly Timestamp: string }
type Unscheduled<Name extends EventTypeName> = Timed & {
  readonly EventType: (typeof eventTypes)[Name]
  readonly EventId: -1
}

/** What the orchestrator asked for. `EventId` is the id by which the library knows the task. */
type Scheduled<Name extends EventTypeName> = Timed & {
  readonly EventType: (typeof eventTypes)[Name]
  readonly EventId: number
  /** This engine's own note, which the library does not read. */
  readonly Retry?: RetryState
  /** The task of which this is a further attempt, or for which this timer waits: the library asks for those without an action. */
  readonly RetryOf?: number
}
export type TaskScheduled = Scheduled<'TaskScheduled'> & {
  readonly Name: string
  /** JSON. */
  readonly Input?: string
  /** Set when no attempt may be made any more, since the time for retries is over: it fails again with this. */
  readonly Overdue?: Failure
}
export type SubOrchestrationCreated = Scheduled<'SubOrchestrationInstanceCreated'> & {
  readonly Name: string
  readonly InstanceId: string
  readonly Input?: string
  readonly Version?: string
  readonly Overdue?: Failure
}
export type TimerCreated = Scheduled<'TimerCreated'> & {
  readonly FireAt: string
  /** When the whole wait ends, of which this timer is a part: the library asks for the next part without an action. */
  readonly LongUntil?: string
}
export type ScheduledEvent = TaskScheduled | SubOrchestrationCreated | TimerCreated

export type TaskCompleted = Unscheduled<'TaskCompleted'> & { readonly TaskScheduledId: number; readonly Result: string }
export type TaskFailed = Unscheduled<'TaskFailed'> & Failure & { readonly TaskScheduledId: number }
type SubOrchestrationCompleted = Unscheduled<'SubOrchestrationInstanceCompleted'> & {
  readonly TaskScheduledId: number
  readonly Result: string
}
type SubOrchestrationFailed = Unscheduled<'SubOrchestrationInstanceFailed'> &
  Failure & { readonly TaskScheduledId: number }
type TimerFired = Unscheduled<'TimerFired'> & { readonly TimerId: number; readonly FireAt: string }
export type CompletionEvent =
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationCompleted
  | SubOrchestrationFailed
  | TimerFired

type ExecutionStarted = Unscheduled<'ExecutionStarted'> & {
  readonly Name: string
  readonly Input?: string
  readonly Version?: string
}
export type EventRaised = Unscheduled<'EventRaised'> & { readonly Name: string; readonly Input?: string }
/** What an operator asks for; `Input` is the reason, as JSON. */
export type ControlEvent = Unscheduled<'ExecutionTerminated' | 'ExecutionSuspended' | 'ExecutionResumed'> & {
  readonly Input?: string
}
type TurnEvent = Unscheduled<'OrchestratorStarted' | 'OrchestratorCompleted'>
type ExecutionCompleted = Unscheduled<'ExecutionCompleted'> & {
  readonly OrchestrationStatus: string
  readonly Result: string
}

/** What can come to an instance from outside of its orchestrator. */
export type IncomingEvent = ExecutionStarted | EventRaised | ControlEvent | CompletionEvent
export type HistoryEvent = IncomingEvent | ScheduledEvent | TurnEvent | ExecutionCompleted

export const isScheduled = (event: HistoryEvent): event is ScheduledEvent =>
  event.EventType === eventTypes.TaskScheduled ||
  event.EventType === eventTypes.SubOrchestrationInstanceCreated ||
  event.EventType === eventTypes.TimerCreated

export const isControl = (event: HistoryEvent): event is ControlEvent =>
  event.EventType === eventTypes.ExecutionTerminated ||
  event.EventType === eventTypes.ExecutionSuspended ||
  event.EventType === eventTypes.ExecutionResumed

/** The id of the task that an event ends; undefined for an event that ends none. */
export const endedTask = (event: HistoryEvent): number | undefined => {
  if ('TaskScheduledId' in event) return event.TaskScheduledId
  return 'TimerId' in event ? event.TimerId : undefined
}

/** What has been asked for and has not ended, by task id. */
export const openTasks = (history: readonly HistoryEvent[]): Map<number, ScheduledEvent> => {
  const open = new Map<number, ScheduledEvent>()
  for (const event of history) {
    if (isScheduled(event)) open.set(event.EventId, event)
    const ended = endedTask(event)
    if (ended !== undefined) open.delete(ended)
  }
  return open
}

/** A part of a long wait that is not its last. */
export const isPartOfWait = (task: ScheduledEvent | undefined): task is TimerCreated & { readonly LongUntil: string } =>
  task?.EventType === eventTypes.TimerCreated && task.LongUntil !== undefined && task.LongUntil !== task.FireAt

/** Whether the event makes the library take an id of its own: a failed attempt, the end of the wait after one, or of a part of a long wait. */
export const stepsRetry = (event: HistoryEvent, open: ReadonlyMap<number, ScheduledEvent>): boolean => {
  const task = open.get(endedTask(event) ?? -1)
  if (isPartOfWait(task)) return event.EventType === eventTypes.TimerFired
  if (!task?.Retry) return false
  return (
    event.EventType === eventTypes.TaskFailed ||
    event.EventType === eventTypes.SubOrchestrationInstanceFailed ||
    event.EventType === eventTypes.TimerFired
  )
}
