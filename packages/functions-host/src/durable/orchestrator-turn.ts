// One turn of an orchestrator function: the library replays the history with what is new, and says what comes next.
import type { HostServices } from '../trigger-kind.ts'
import type { HostedFunction } from '../hosted-function.ts'
import { readActions } from './actions.ts'
import {
  eventTypes,
  type EventRaised,
  type HistoryEvent,
  type IncomingEvent,
  openTasks,
  type ScheduledEvent,
} from './history.ts'
import type { InstanceState } from './instance.ts'
import { timerDurations } from './long-timers.ts'
import { cancelledTimers, scheduleTasks } from './task-schedule.ts'

/** Texts are JSON. */
export type Turn = {
  readonly events: readonly HistoryEvent[]
  readonly scheduled: readonly ScheduledEvent[]
  readonly cancelledTimers: ReadonlySet<number>
  readonly customStatus?: string
} & (
  | { readonly outcome: 'waits' }
  | { readonly outcome: 'completed'; readonly output: string }
  | { readonly outcome: 'failed'; readonly output: string }
  | { readonly outcome: 'continues'; readonly input?: string; readonly carried: readonly EventRaised[] }
)

/**
 * What OutOfProcMiddleware.cs and RemoteOrchestratorContext.cs tell the library: V2 in the old field, V3 in the new one, which counts.
 * Compound tasks as such, and long waits in parts.
 */
const schemaVersions = { upperSchemaVersion: 1, upperSchemaVersionNew: 2 } as const

const triggerData = (state: InstanceState, added: readonly HistoryEvent[]): string => {
  const played = (IsPlayed: boolean) => (event: HistoryEvent) => ({
    ...event,
    IsPlayed,
    Retry: undefined,
    RetryOf: undefined,
    Overdue: undefined,
    LongUntil: undefined,
  })
  const history = [...state.history.map(played(true)), ...added.map(played(false))]
  const started = [...state.history, ...added].find(({ EventType }) => EventType === eventTypes.ExecutionStarted)
  const input: unknown = started && 'Input' in started && started.Input ? JSON.parse(started.Input) : null
  return JSON.stringify({
    history,
    instanceId: state.instanceId,
    isReplaying: state.history.length > 0,
    input,
    parentInstanceId: state.parent?.instanceId ?? null,
    ...schemaVersions,
    ...timerDurations,
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  })
}

type OrchestratorState = {
  readonly isDone: boolean
  readonly actions: unknown
  readonly output?: unknown
  readonly customStatus?: unknown
  readonly error?: string
}

const isOrchestratorState = (value: unknown): value is OrchestratorState =>
  typeof value === 'object' && value !== null && 'isDone' in value && 'actions' in value

/** What has no JSON, like `undefined`, is null. */
const jsonOf = (value: unknown): string => {
  const json: unknown = JSON.stringify(value)
  return typeof json === 'string' ? json : 'null'
}

const dataLabel = '$OutOfProcData$:'

/** An orchestrator that throws says so in the message of an error, after a label. */
const failedState = (error: unknown): OrchestratorState | undefined => {
  const message = error instanceof Error ? error.message : ''
  const start = message.lastIndexOf(dataLabel)
  if (start < 0) return undefined
  try {
    const state: unknown = JSON.parse(message.slice(start + dataLabel.length))
    return isOrchestratorState(state) ? state : undefined
  } catch {
    return undefined
  }
}

/**
 * The raw object that the function returned: in its JSON a task that stands in two compounds is there twice, in the object it is one.
 * A hook that replaces the result is therefore not heard.
 */
const invokeRaw = async (
  services: HostServices,
  fn: HostedFunction,
  json: string,
  reason: string,
): Promise<unknown> => {
  let raw: unknown
  const callback = async (...inputs: unknown[]): Promise<unknown> => {
    raw = await fn.callback(...inputs)
    return raw
  }
  await services.invoke({ ...fn, callback }, { data: { json }, reason })
  return raw
}

/** Events by name are used up in their order, one a wait; the rest goes into the next execution. */
const unused = (history: readonly HistoryEvent[], waits: readonly string[]): EventRaised[] => {
  const left = new Map<string, number>()
  for (const name of waits) left.set(name, (left.get(name) ?? 0) + 1)
  return history.filter((event): event is EventRaised => {
    if (event.EventType !== eventTypes.EventRaised) return false
    const count = left.get(event.Name) ?? 0
    if (count > 0) left.set(event.Name, count - 1)
    return count === 0
  })
}

type TurnInput = { readonly state: InstanceState; readonly added: readonly HistoryEvent[]; readonly now: Date }

const readTurn = ({ state, added, now }: TurnInput, result: OrchestratorState): Turn => {
  const { tasks, waits, continueAsNew } = readActions(result.actions)
  const customStatus = result.customStatus === undefined ? {} : { customStatus: jsonOf(result.customStatus) }
  const nothing = { events: added, scheduled: [], cancelledTimers: new Set<number>(), ...customStatus }
  if (continueAsNew)
    return { outcome: 'continues', ...nothing, ...continueAsNew, carried: unused([...state.history, ...added], waits) }
  const { executionId, history } = state
  const scheduled = scheduleTasks(tasks, { executionId, history, added, now })
  const events = [...added, ...scheduled]
  const some = { events, scheduled, cancelledTimers: cancelledTimers(tasks, [...history, ...events]), ...customStatus }
  if (result.isDone) return { outcome: 'completed', ...some, output: jsonOf(result.output) }
  return { outcome: 'waits', ...some }
}

const failure = ({ state, added }: TurnInput, error: string, customStatus?: unknown): Turn => ({
  outcome: 'failed',
  events: added,
  scheduled: [],
  cancelledTimers: new Set(),
  ...(customStatus !== undefined && { customStatus: jsonOf(customStatus) }),
  output: jsonOf(`Orchestrator function '${state.name}' failed: ${error}`),
})

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Timers fire when they are due, so the orchestrator's clock is never before the due time of one that it sees fired. */
const timeOf = (events: readonly IncomingEvent[], now: Date): Date =>
  new Date(
    events.reduce(
      (time, event) => ('FireAt' in event ? Math.max(time, Date.parse(event.FireAt)) : time),
      now.getTime(),
    ),
  )

/** Whatever the orchestrator does, also throwing, is a turn. */
export const takeTurn = async (
  services: HostServices,
  fn: HostedFunction,
  state: InstanceState,
  taken: readonly IncomingEvent[],
): Promise<Turn> => {
  const now = timeOf(taken, new Date())
  const started = { EventType: eventTypes.OrchestratorStarted, EventId: -1, Timestamp: now.toISOString() } as const
  const input = { state, added: [started, ...taken], now }
  let result: unknown
  try {
    const reason = `(Re)playing the instance ${state.instanceId} from ${openTasks(state.history).size} open task(s).`
    result = await invokeRaw(services, fn, triggerData(state, input.added), reason)
  } catch (error) {
    const failed = failedState(error)
    return failure(input, failed?.error ?? textOf(error), failed?.customStatus)
  }
  if (!isOrchestratorState(result))
    return failure(input, 'it returned no orchestrator state: register it with df.app.orchestration(...).')
  try {
    return readTurn(input, result)
  } catch (error) {
    return failure(input, textOf(error), result.customStatus)
  }
}
