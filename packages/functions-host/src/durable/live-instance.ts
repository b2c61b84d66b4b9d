// An instance that is not over: its queue, and the loop that makes one turn after the other.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Batch, nextBatch } from './batch.ts'
import { endedTask, eventTypes, type IncomingEvent, isControl, openTasks, type ScheduledEvent } from './history.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { type InstanceState, isFinal, type Message } from './instance.ts'
import type { LoadedInstance } from './loaded-instance.ts'
import type { Turn } from './orchestrator-turn.ts'
import { type ArmedTimers, createArmedTimers } from './armed-timers.ts'
import { leftBehind, type TaskHub } from './task-hub.ts'
import { changeByCleaning, changeByControl, changeByTurn } from './turn-change.ts'

export type LiveInstance = {
  /** As it is stored. */
  readonly state: () => InstanceState
  readonly post: Inbox['post']
  /** Takes up what was open when the state was stored, and begins to make turns. */
  readonly resume: () => void
  /** Ends the timers; no further turn begins. */
  readonly stop: () => void
}

export type LiveOptions = {
  readonly hub: TaskHub
  /** undefined when the app has no such orchestrator: the instance waits until it has. */
  readonly takeTurn: (state: InstanceState, taken: readonly IncomingEvent[]) => Promise<Turn | undefined>
  /** Begins what a turn asked for; more than once is no harm. */
  readonly startTask: (state: InstanceState, task: ScheduledEvent) => void
  readonly onEnd: (state: InstanceState) => void
  /** For what may be done at any time, or not at all. */
  readonly inBackground: (what: string, work: () => Promise<void>) => void
  readonly onError: (problem: string, error: unknown) => void
  readonly track: (work: Promise<void>) => Promise<void>
  readonly stopping: AbortSignal
}

type Live = {
  readonly options: LiveOptions
  readonly timers: ArmedTimers
  state: InstanceState
  queue: Message[]
  isWorking: boolean
  isOver: boolean
}

const pendingMessages = ({ pending }: InstanceState): Message[] => pending.map((event) => ({ event, isPending: true }))

/**
 * With continueAsNew the library reads no further in the history, and does not say how far it read. So such a turn is made again with
 * half of the messages, until it has one only: what was not read waits for the next execution.
 */
const turnWith = async ({ options, state }: Live, taken: readonly Message[]) => {
  let some = taken
  for (;;) {
    const turn = await options.takeTurn(
      state,
      some.map(({ event }) => event),
    )
    if (turn?.outcome !== 'continues' || some.length === 1) return turn && { turn, taken: some }
    some = some.slice(0, Math.ceil(some.length / 2))
  }
}

const changeFor = async (live: Live, batch: Batch) => {
  const { state, queue } = live
  const [first] = batch.taken
  if (!first) return { change: changeByCleaning(state, batch.stale) }
  const { event } = first
  if (isControl(event)) return { change: changeByControl(state, event, [first, ...batch.stale]) }
  const made = await turnWith(live, batch.taken)
  if (!made) return undefined
  const waiting = queue.filter((message) => message.isPending && !made.taken.includes(message))
  const done = [...made.taken, ...batch.stale]
  return {
    turn: made.turn,
    change: changeByTurn(
      state,
      made.turn,
      waiting.map((message) => message.event),
      done,
    ),
  }
}

/** @returns false when nothing can be done for now */
const step = async (live: Live, batch: Batch): Promise<boolean> => {
  const { options, timers, state: before } = live
  const made = await changeFor(live, batch)
  if (!made) return false
  const { change, turn } = made
  const after = await options.hub.commit(before, change)
  live.state = after
  const isContinued = after.executionId !== before.executionId
  const rest = live.queue.filter((message) => !change.done.includes(message))
  live.queue = isContinued ? [...pendingMessages(after), ...rest.filter(({ isPending }) => !isPending)] : rest
  if (isFinal(after.status)) live.isOver = true
  if (live.isOver || isContinued) timers.clear()
  for (const task of turn?.scheduled ?? []) startOpen(live, task, turn?.cancelledTimers)
  for (const taskId of turn?.cancelledTimers ?? []) timers.disarm(taskId)
  const rows = leftBehind(before, after, change.done)
  const late = live.isOver ? live.queue.flatMap(({ rowKey }) => rowKey ?? []) : []
  if (rows.length + late.length > 0)
    options.inBackground('Rows that are not needed any more could not be deleted', () =>
      options.hub.discard(after.instanceId, [...rows, ...late]),
    )
  if (live.isOver) options.onEnd(after)
  return true
}

const startOpen = ({ options, timers, state, isOver }: Live, task: ScheduledEvent, cancelled?: ReadonlySet<number>) => {
  if (task.EventType !== eventTypes.TimerCreated) options.startTask(state, task)
  else if (!isOver && cancelled?.has(task.EventId) !== true) timers.arm(task.EventId, task.FireAt)
}

const startAllOpen = (live: Live): void => {
  const { state, queue } = live
  const open = openTasks(state.history)
  for (const { event, executionId } of queue) if (executionId === state.executionId) open.delete(endedTask(event) ?? -1)
  for (const task of open.values()) startOpen(live, task)
}

const isUnsavedResult = ({ rowKey, isPending, event }: Message): boolean =>
  rowKey === undefined && isPending !== true && event.EventType !== eventTypes.TimerFired

/** Whether the commit was made is not known after an error: what is stored is what counts. */
const refresh = async (live: Live): Promise<void> => {
  const { options, timers, state } = live
  timers.clear()
  const unsaved = live.queue.filter(isUnsavedResult)
  live.queue = []
  const loaded = await options.hub.load(state.instanceId)
  if (!loaded || loaded.state.lifeId !== state.lifeId || isFinal(loaded.state.status)) {
    live.isOver = true
    live.state = loaded?.state.lifeId === state.lifeId ? loaded.state : state
    options.onEnd(live.state)
    return
  }
  live.state = loaded.state
  const known = new Set(loaded.messages.map(({ rowKey }) => rowKey))
  const arrived = live.queue.filter(
    (message) => isUnsavedResult(message) || (message.rowKey !== undefined && !known.has(message.rowKey)),
  )
  live.queue = [...pendingMessages(loaded.state), ...loaded.messages, ...unsaved, ...arrived]
  startAllOpen(live)
}

const longestWaitMs = 5_000

/** Waits, longer each time, until the instance could be read; or until the host stops. */
const recover = async (live: Live, failuresBefore: number): Promise<void> => {
  const { stopping, onError } = live.options
  for (let failures = failuresBefore; !stopping.aborted; failures += 1) {
    await sleep(Math.min(50 * 2 ** failures, longestWaitMs), undefined, { signal: stopping }).catch(() => {})
    try {
      if (!stopping.aborted) await refresh(live)
      return
    } catch (error) {
      onError(`The instance ${live.state.instanceId} could not be read; it is tried again`, error)
    }
  }
}

const work = (live: Live): void => {
  if (!live.isWorking) void live.options.track(takeTurns(live))
}

const takeTurns = async (live: Live): Promise<void> => {
  const { stopping, onError } = live.options
  live.isWorking = true
  for (let failures = 0; !stopping.aborted && !live.isOver;) {
    const batch = nextBatch(live.state, live.queue)
    if (batch.taken.length + batch.stale.length === 0) break
    try {
      if (!(await step(live, batch))) break
      failures = 0
    } catch (error) {
      failures += 1
      onError(`A turn of the instance ${live.state.instanceId} could not be stored; it is made again`, error)
      await recover(live, failures)
    }
  }
  live.isWorking = false
}

export const createLiveInstance = (loaded: LoadedInstance, options: LiveOptions): LiveInstance => {
  const { state } = loaded
  const enqueue = (messages: readonly Message[]): void => {
    live.queue.push(...messages)
    work(live)
  }
  const live: Live = {
    options,
    timers: createArmedTimers((TimerId, FireAt) => {
      const { executionId } = live.state
      const Timestamp = new Date().toISOString()
      enqueue([{ executionId, event: { EventType: eventTypes.TimerFired, EventId: -1, Timestamp, TimerId, FireAt } }])
    }),
    state,
    queue: [...pendingMessages(state), ...loaded.messages],
    isWorking: false,
    isOver: false,
  }
  const inbox = createInbox(loaded.nextMessage, (messages) => options.hub.addMessages(state, messages), enqueue)
  return {
    state: () => live.state,
    post: async (message) => {
      // A turn stores a completion within moments; a crash before that makes its task run again, as one during the task would.
      const isTakenSoon = live.state.status !== 'Suspended' && !options.stopping.aborted
      if (isTakenSoon && endedTask(message.event) !== undefined) enqueue([message])
      else await inbox.post(message)
    },
    resume: () => {
      startAllOpen(live)
      work(live)
    },
    stop: () => live.timers.clear(),
  }
}
