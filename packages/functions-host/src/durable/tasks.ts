// Begins what orchestrators asked for, activities and sub-orchestrations, and brings the results back to them.
import { bulkhead } from 'cockatiel'
import { setTimeout as sleep } from 'node:timers/promises'
import { runActivity, unknownOrchestrator } from './activity.ts'
import type { EngineOptions } from './engine-options.ts'
import {
  eventTypes,
  type IncomingEvent,
  type ScheduledEvent,
  type SubOrchestrationCreated,
  type TaskScheduled,
} from './history.ts'
import { type InstanceHead, type InstanceState, isFinal, type Parent } from './instance.ts'
import { InstanceExistsError, type Instances } from './instances.ts'
import { completionFor, failedChild } from './turn-change.ts'

export type Tasks = {
  /** Begins it in the background; what runs already is not begun again. */
  readonly start: (state: InstanceState, task: ScheduledEvent) => void
  /** Tells the parent, if there is one, that the instance is over. */
  readonly tellParent: (head: InstanceHead) => void
}

type Options = EngineOptions & {
  readonly instances: () => Instances
  readonly onError: (problem: string, error: unknown) => void
  readonly stopping: AbortSignal
}

const longestWaitMs = 5_000

/** Tries until it works, or until the host stops: whatever is begun here is begun again after a restart. */
const persistently = async (
  { onError, stopping }: Options,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> => {
  for (let failures = 0; ; failures += 1) {
    try {
      await work()
      return
    } catch (error) {
      onError(`${what}; it is tried again`, error)
      await sleep(Math.min(50 * 2 ** failures, longestWaitMs), undefined, { signal: stopping }).catch(() => {})
      if (stopping.aborted) return
    }
  }
}

const answer = (options: Options, { instanceId, executionId }: Omit<Parent, 'taskId'>, event: IncomingEvent) =>
  persistently(options, `A result could not be stored for the instance ${instanceId}`, () =>
    options.instances().send(instanceId, { event, executionId }),
  )

const tellParent = async (options: Options, head: InstanceHead): Promise<void> => {
  if (head.parent && isFinal(head.status)) await answer(options, head.parent, completionFor(head, head.parent.taskId))
}

const startChild = async (options: Options, state: InstanceState, task: SubOrchestrationCreated): Promise<void> => {
  const { instanceId, executionId } = state
  const parent = { instanceId, executionId, taskId: task.EventId }
  const fail = (text: string): Promise<void> => answer(options, parent, failedChild(task.EventId, text))
  if (task.Overdue) return fail(task.Overdue.Reason)
  if (!options.orchestrators.has(task.Name.toLowerCase())) return fail(unknownOrchestrator(task.Name))
  const isOurs = (existing: InstanceHead): boolean =>
    existing.parent?.instanceId === instanceId &&
    existing.parent.executionId === executionId &&
    existing.parent.taskId === task.EventId
  let ended: InstanceHead | undefined
  const meets = (existing: InstanceHead): boolean => {
    if (!isOurs(existing)) return false
    if (isFinal(existing.status)) ended = existing
    return true
  }
  const version = task.Version ?? options.limits.defaultVersion
  const start = {
    instanceId: task.InstanceId,
    name: task.Name,
    ...(task.Input !== undefined && { input: task.Input }),
    ...(version !== undefined && { version }),
    parent,
  }
  let problem: string | undefined
  await persistently(options, `The sub-orchestration ${task.InstanceId} could not be started`, async () => {
    problem = await options
      .instances()
      .create(start, meets)
      .then(() => undefined, existsText)
  })
  if (problem !== undefined) await fail(`The sub-orchestration ${task.InstanceId} could not be started: ${problem}`)
  // It was over before this host was killed, and may not have said so.
  if (ended) await tellParent(options, ended)
}

const existsText = (error: unknown): string => {
  if (error instanceof InstanceExistsError) return error.message
  throw error
}

export const createTasks = (options: Options): Tasks => {
  const running = new Set<string>()
  const limit = bulkhead(options.limits.maxConcurrentActivityFunctions, Infinity)
  const background = (work: Promise<unknown>): void => {
    void options.instances().work.track(work)
  }
  const startActivity = async (state: InstanceState, task: TaskScheduled): Promise<void> => {
    const fn = options.activities.get(task.Name.toLowerCase())
    const event = await limit.execute(async () =>
      options.stopping.aborted ? undefined : runActivity(options.services, fn, task, state.instanceId),
    )
    if (event) await answer(options, state, event)
  }
  return {
    start: (state, task) => {
      const key = `${state.executionId}|${task.EventId}`
      if (running.has(key) || task.EventType === eventTypes.TimerCreated) return
      running.add(key)
      const work =
        task.EventType === eventTypes.TaskScheduled ? startActivity(state, task) : startChild(options, state, task)
      background(work.finally(() => running.delete(key)))
    },
    tellParent: (head) => background(tellParent(options, head)),
  }
}
