// Gives ids to what a turn asks for, and refuses an orchestrator that no longer asks for what it asked for before.
import type { TaskAction } from './actions.ts'
import {
  endedTask,
  eventTypes,
  type HistoryEvent,
  isPartOfWait,
  isScheduled,
  openTasks,
  type ScheduledEvent,
  stepsRetry,
} from './history.ts'
import { nextPart, partOfWait } from './long-timers.ts'
import { automaticInstanceId, retryStep } from './retries.ts'

export type TurnContext = {
  readonly executionId: string
  /** As it was before the turn. */
  readonly history: readonly HistoryEvent[]
  /** What the turn added before the orchestrator ran. */
  readonly added: readonly HistoryEvent[]
  readonly now: Date
}

const eventFor = (action: TaskAction, EventId: number, { executionId, now }: TurnContext): ScheduledEvent => {
  const Timestamp = now.toISOString()
  if (action.kind === 'timer')
    return { EventType: eventTypes.TimerCreated, EventId, Timestamp, ...partOfWait(action.fireAt, now) }
  const { name: Name, input: Input, retry } = action
  const named = {
    EventId,
    Timestamp,
    Name,
    ...(Input !== undefined && { Input }),
    ...(retry && { Retry: { options: retry, attempt: 1, firstAttemptAt: Timestamp } }),
  }
  if (action.kind === 'activity') return { EventType: eventTypes.TaskScheduled, ...named }
  return {
    EventType: eventTypes.SubOrchestrationInstanceCreated,
    ...named,
    InstanceId: action.instanceId ?? automaticInstanceId(executionId, EventId),
    ...(action.version !== undefined && { Version: action.version }),
  }
}

const kindOf = ({ EventType }: ScheduledEvent): TaskAction['kind'] => {
  if (EventType === eventTypes.TaskScheduled) return 'activity'
  return EventType === eventTypes.TimerCreated ? 'timer' : 'subOrchestration'
}

const describeAction = (action: TaskAction | undefined): string => {
  if (!action) return 'nothing'
  return action.kind === 'timer' ? 'a timer' : `the ${action.kind} "${action.name}"`
}

/** @throws an error when the code is not the one that made the history */
const checkReplay = (before: readonly ScheduledEvent[], tasks: readonly TaskAction[]): void => {
  for (const [index, event] of before.entries()) {
    const action = tasks[index]
    const isSameKind = action?.kind === kindOf(event)
    const isSameName = action?.kind === 'timer' || !('Name' in event) || action?.name === event.Name
    if (isSameKind && isSameName) continue
    const was = 'Name' in event ? `the ${kindOf(event)} "${event.Name}"` : 'a timer'
    throw new Error(
      `Non-Deterministic workflow detected: the history has ${was} as task ${event.EventId}, and the replay asked for ${describeAction(action)}. The orchestrator was changed while an instance ran, or it is not deterministic.`,
    )
  }
}

/** The tasks that the orchestrator itself asked for; the others are steps of retries. */
const askedFor = (history: readonly HistoryEvent[]): ScheduledEvent[] =>
  history.filter(isScheduled).filter(({ RetryOf }) => RetryOf === undefined)

/**
 * The events to add for what is new: the step of a retry first, since the library has taken an id for it while it read the history.
 * @param tasks all tasks that the orchestrator asked for since the execution began
 * @throws an error when they do not begin with those that the history has
 */
export const scheduleTasks = (tasks: readonly TaskAction[], context: TurnContext): readonly ScheduledEvent[] => {
  const before = askedFor(context.history)
  checkReplay(before, tasks)
  const open = openTasks(context.history)
  let nextId = context.history.filter(isScheduled).reduce((highest, { EventId }) => Math.max(highest, EventId), -1) + 1
  const scheduled: ScheduledEvent[] = []
  const history = [...context.history, ...context.added]
  for (const event of context.added.filter((added) => stepsRetry(added, open))) {
    const task = open.get(endedTask(event) ?? -1)
    const step = isPartOfWait(task)
      ? nextPart(task, nextId, context.now)
      : task && retryStep(event, task, nextId, { ...context, history })
    if (!step) continue
    scheduled.push(step)
    nextId += 1
  }
  for (const action of tasks.slice(before.length)) {
    scheduled.push(eventFor(action, nextId, context))
    nextId += 1
  }
  return scheduled
}

/** The ids of timers that the orchestrator cancelled, among those of the history and of this turn. */
export const cancelledTimers = (tasks: readonly TaskAction[], history: readonly HistoryEvent[]): ReadonlySet<number> =>
  new Set(
    askedFor(history).flatMap(({ EventId }, index) => {
      const action = tasks[index]
      if (action?.kind !== 'timer' || !action.isCanceled) return []
      const parts = history.filter((event) => event.EventType === eventTypes.TimerCreated && event.RetryOf === EventId)
      return [EventId, ...parts.map((part) => part.EventId)]
    }),
  )
