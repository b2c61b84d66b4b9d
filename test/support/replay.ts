// Replays orchestrations from recorded histories, without a host: durable-functions must ask for the same steps in the same order with the
// same inputs as the history says, however much of it there is, whatever the clock says. An orchestration that was changed while instances of
// it run, or that is not deterministic, does not.
import { isDeepStrictEqual } from 'node:util'
import { InvocationContext } from '@azure/functions'
import { vi } from 'vitest'
import { readActions, type TaskAction } from '../../packages/functions-host/src/durable/actions.ts'
import {
  eventTypes,
  type HistoryEvent,
  isScheduled,
  type ScheduledEvent,
} from '../../packages/functions-host/src/durable/history.ts'
import { timerDurations } from '../../packages/functions-host/src/durable/long-timers.ts'
import { openTaskHub } from '../../packages/functions-host/src/durable/task-hub.ts'
import { createFlowHandler } from '../../shared/triggers/flow-runtime.ts'
import type { OrchestrationDefinition } from '../../shared/triggers/orchestration.ts'

/** JSON, to be kept in a file as well: instances that began with the code of that day go on with the code of today. */
export type Recording = {
  readonly name: string
  readonly instanceId: string
  readonly input: unknown
  readonly history: readonly HistoryEvent[]
}

/** The recording of an instance that the local host has run. @param hubName of its host.json */
export const recordingOf = async (
  connectionString: string,
  hubName: string,
  instanceId: string,
): Promise<Recording> => {
  const hub = await openTaskHub(connectionString, `${hubName}LocalHost`)
  const state = (await hub.load(instanceId))?.state
  if (!state) throw new Error(`There is no instance ${instanceId} in ${hubName}.`)
  const { name, input, history } = state
  return { name, instanceId, input: JSON.parse(input?.text ?? 'null'), history }
}

/** What is asked for, in words that can be compared. */
type Step = { readonly kind: string; readonly name?: string; readonly input?: unknown; readonly fireAt?: string }

const parsed = (json: string | undefined): { readonly input?: unknown } =>
  json === undefined ? {} : { input: JSON.parse(json) as unknown }

const stepOfAction = (action: TaskAction): Step =>
  action.kind === 'timer'
    ? { kind: 'timer', fireAt: action.fireAt }
    : { kind: action.kind, name: action.name, ...parsed(action.input) }

const stepOfEvent = (event: ScheduledEvent): Step => {
  if (event.EventType === eventTypes.TimerCreated) return { kind: 'timer', fireAt: event.LongUntil ?? event.FireAt }
  const kind = event.EventType === eventTypes.TaskScheduled ? 'activity' : 'subOrchestration'
  return { kind, name: event.Name, ...parsed(event.Input) }
}

/** Waits and attempts of a retry are the library's own, not asked for by the orchestration. */
const askedFor = (history: readonly HistoryEvent[]): Step[] =>
  history
    .filter(isScheduled)
    .filter(({ RetryOf }) => RetryOf === undefined)
    .map(stepOfEvent)

type Outcome = { readonly steps: readonly Step[]; readonly end?: unknown }

const ended = 'ExecutionCompleted' as const

/** How the recorded execution ended, in the words of `Outcome`; absent while it runs. */
const recordedEnd = (history: readonly HistoryEvent[]): { readonly end?: unknown } => {
  const event = history.find(({ EventType }) => EventType === eventTypes[ended])
  if (!event || !('OrchestrationStatus' in event)) return {}
  return { end: event.OrchestrationStatus === 'Completed' ? (JSON.parse(event.Result) as unknown) : 'failed' }
}

type Handler = ReturnType<typeof createFlowHandler>

/** @param played how many of the events older turns have seen */
const outcomeOf = async (
  handler: Handler,
  { name, instanceId, input }: Recording,
  history: readonly HistoryEvent[],
  played: number,
): Promise<Outcome> => {
  const events = history.map(({ Timestamp, ...event }, index) => ({
    ...event,
    Timestamp: new Date(Timestamp),
    IsPlayed: index < played,
  }))
  const trigger = {
    history: events,
    instanceId,
    isReplaying: played > 0,
    input,
    parentInstanceId: null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    ...timerDurations,
  }
  const context = new InvocationContext({ functionName: name, logHandler: () => {} })
  try {
    const state = (await handler(trigger, context)) as { isDone: boolean; actions: unknown; output?: unknown }
    const steps = readActions(state.actions).tasks.map(stepOfAction)
    return { steps, ...(state.isDone && { end: JSON.parse(JSON.stringify(state.output ?? null)) as unknown }) }
  } catch (error) {
    const state = failedState(error)
    return { steps: readActions(state.actions).tasks.map(stepOfAction), end: 'failed' }
  }
}

/** The library says that an orchestration failed by an error that ends with its state. */
const failedState = (error: unknown): { readonly actions: unknown } => {
  const [, json] = (error instanceof Error ? error.message : '').split('$OutOfProcData$:')
  if (json === undefined) throw error
  return JSON.parse(json) as { actions: unknown }
}

/** Where a turn begins. */
const turnsOf = (history: readonly HistoryEvent[]): number[] =>
  history.flatMap(({ EventType }, index) => (EventType === eventTypes.OrchestratorStarted ? [index] : []))

/** Far from each other and from any recording, so that what depends on the clock or on chance comes out differently. */
const worlds = [
  { time: '2001-02-03T04:05:06.789Z', random: 0.1 },
  { time: '2199-10-11T12:13:14.151Z', random: 0.9 },
] as const

/**
 * Replays the recording at each of its prefixes. At the end of each turn the orchestration must have asked for exactly what the history has,
 * in between for no more than that, and at the end it must end as it did.
 * @returns how many replays were made
 * @throws an error that says which prefix came out how
 */
export const replay = async (definition: OrchestrationDefinition, recording: Recording): Promise<number> => {
  if (definition.name !== recording.name)
    throw new Error(`The recording is of ${recording.name}, not of ${definition.name}.`)
  const handler = createFlowHandler(definition)
  let replays = 0
  for (const { time, random } of worlds) {
    vi.useFakeTimers({ now: new Date(time), toFake: ['Date', 'performance'] })
    const chance = vi.spyOn(Math, 'random').mockReturnValue(random)
    try {
      replays += await replayPrefixes(handler, recording)
    } finally {
      chance.mockRestore()
      vi.useRealTimers()
    }
  }
  return replays
}

const replayPrefixes = async (handler: Handler, recording: Recording): Promise<number> => {
  const { history } = recording
  const starts = turnsOf(history)
  let replays = 0
  for (const [turn, start] of starts.entries()) {
    const end = starts[turn + 1] ?? history.length
    const incoming = history.slice(start, end).filter((event) => isIncoming(event))
    const expected = { steps: askedFor(history.slice(0, end)), ...recordedEnd(history.slice(0, end)) }
    for (let taken = 2; taken <= incoming.length; taken += 1) {
      const prefix = [...history.slice(0, start), ...incoming.slice(0, taken)]
      const outcome = await outcomeOf(handler, recording, prefix, start)
      const isWhole = taken === incoming.length
      if (isWhole ? !isDeepStrictEqual(outcome, expected) : !isDeepStrictEqual(outcome, beginningOf(expected, outcome)))
        throw mismatch(recording, start + taken, expected, outcome)
      replays += 1
    }
  }
  return replays
}

/** What a turn takes in, in front of what it asks for. */
const isIncoming = (event: HistoryEvent): boolean =>
  !isScheduled(event) && event.EventType !== eventTypes.OrchestratorCompleted && event.EventType !== eventTypes[ended]

const beginningOf = ({ steps, ...end }: Outcome, outcome: Outcome): Outcome => ({
  steps: steps.slice(0, outcome.steps.length),
  ...('end' in outcome && end),
})

const mismatch = ({ name }: Recording, events: number, expected: Outcome, outcome: Outcome): Error => {
  const steps = Math.max(expected.steps.length, outcome.steps.length)
  const at = Array.from({ length: steps }, (_, index) => index).find(
    (index) => !isDeepStrictEqual(expected.steps[index], outcome.steps[index]),
  )
  const what = at === undefined ? 'its end' : `step ${at + 1}`
  const [was, is] =
    at === undefined ? [expected.end, outcome.end] : [expected.steps[at] ?? 'nothing', outcome.steps[at] ?? 'nothing']
  return new Error(
    `${name}, replayed up to event ${events}, differs at ${what}. Recorded: ${JSON.stringify(was)}. Replayed: ${JSON.stringify(is)}.`,
  )
}
