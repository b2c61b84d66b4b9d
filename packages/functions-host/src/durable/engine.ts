// Runs the orchestrations of a task hub: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-orchestrations
import { bulkhead } from 'cockatiel'
import { randomUUID } from 'node:crypto'
import { unknownOrchestrator } from './activity.ts'
import type { EngineOptions } from './engine-options.ts'
import { type ControlEvent, eventTypes, type HistoryEvent } from './history.ts'
import type { InstanceHead } from './instance.ts'
import { createInstances, type Instances } from './instances.ts'
import { takeTurn } from './orchestrator-turn.ts'
import { createTasks } from './tasks.ts'
import type { TaskHub } from './task-hub.ts'

/** The app has no such orchestrator. */
export class UnknownOrchestratorError extends Error {
  override readonly name = 'UnknownOrchestratorError'
}

type StartRequest = {
  readonly name: string
  /** A random one when it is absent. */
  readonly instanceId?: string
  /** JSON. */
  readonly input?: string
  readonly version?: string
}

export type Engine = {
  /**
   * @returns the id of the new instance, once it is stored
   * @throws UnknownOrchestratorError; InstanceExistsError when one with this id is not over
   */
  readonly start: (request: StartRequest) => Promise<string>
  readonly read: Instances['read']
  readonly list: TaskHub['list']
  readonly history: (head: InstanceHead) => Promise<readonly HistoryEvent[]>
  /** @param input JSON */
  readonly raiseEvent: (instanceId: string, name: string, input: string | undefined) => ReturnType<Instances['send']>
  readonly control: (
    instanceId: string,
    operation: 'terminate' | 'suspend' | 'resume',
    reason: string | undefined,
  ) => ReturnType<Instances['send']>
  readonly purge: Instances['purge']
  /** Takes up what was not over when the host ended. */
  readonly resume: () => Promise<void>
  /** Begins no turn and no activity any more. */
  readonly stop: () => void
  /** Resolves when what was running is stored, at the latest after `msMax`. */
  readonly idle: (msMax: number) => Promise<void>
}

const category = 'Host.Triggers.DurableTask'

const controlTypes = {
  terminate: eventTypes.ExecutionTerminated,
  suspend: eventTypes.ExecutionSuspended,
  resume: eventTypes.ExecutionResumed,
} as const

const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message} (${textOf(error.cause)})`
}

const resume = async ({ hub, orchestrators, services }: EngineOptions, instances: Instances): Promise<void> => {
  const unfinished = await hub.listUnfinished()
  const [known, unknown] = [
    unfinished.filter(({ name }) => orchestrators.has(name.toLowerCase())),
    unfinished.filter(({ name }) => !orchestrators.has(name.toLowerCase())),
  ]
  for (const { instanceId, name } of unknown)
    services.log('warning', category, `The instance ${instanceId} waits: ${unknownOrchestrator(name)}`)
  await Promise.all(known.map(({ instanceId }) => instances.find(instanceId)))
  if (known.length > 0) services.log('information', category, `${known.length} orchestration(s) go on.`)
}

export const createEngine = (options: EngineOptions): Engine => {
  const { hub, services, orchestrators, limits } = options
  const stopping = new AbortController()
  const onError = (problem: string, error: unknown): void =>
    services.log('error', category, `${problem}: ${textOf(error)}`)
  const tasks = createTasks({ ...options, instances: () => instances, onError, stopping: stopping.signal })
  const limit = bulkhead(limits.maxConcurrentOrchestratorFunctions, Infinity)
  const instances: Instances = createInstances(hub, {
    takeTurn: async (state, taken) => {
      const fn = orchestrators.get(state.name.toLowerCase())
      return fn && limit.execute(() => takeTurn(services, fn, state, taken))
    },
    startTask: tasks.start,
    onEnd: tasks.tellParent,
    inBackground: (what, work) => {
      void instances.work.track(work().catch((error: unknown) => onError(what, error)))
    },
    onError,
    stopping: stopping.signal,
  })
  return {
    start: async ({ name, instanceId = randomUUID().replaceAll('-', ''), input, version = limits.defaultVersion }) => {
      const fn = orchestrators.get(name.toLowerCase())
      if (!fn) throw new UnknownOrchestratorError(unknownOrchestrator(name))
      await instances.create({
        instanceId,
        name: fn.name,
        ...(input !== undefined && { input }),
        ...(version !== undefined && { version }),
      })
      return instanceId
    },
    read: instances.read,
    list: hub.list,
    history: hub.history,
    raiseEvent: (instanceId, Name, Input) => {
      const Timestamp = new Date().toISOString()
      const data = Input === undefined ? {} : { Input }
      return instances.send(instanceId, {
        event: { EventType: eventTypes.EventRaised, EventId: -1, Timestamp, Name, ...data },
      })
    },
    control: (instanceId, operation, reason) => {
      const event: ControlEvent = {
        EventType: controlTypes[operation],
        EventId: -1,
        Timestamp: new Date().toISOString(),
        ...(reason !== undefined && { Input: JSON.stringify(reason) }),
      }
      return instances.send(instanceId, { event })
    },
    purge: instances.purge,
    resume: () => resume(options, instances),
    stop: () => {
      stopping.abort()
      instances.stop()
    },
    idle: (msMax) => instances.work.idle(msMax),
  }
}
