// What the orchestrations of a task hub are run with.
import type { HostedFunction } from '../hosted-function.ts'
import type { HostServices } from '../trigger-kind.ts'
import type { DurableOptions } from './durable-options.ts'
import type { TaskHub } from './task-hub.ts'

type FunctionsByName = ReadonlyMap<string, HostedFunction>

export type EngineOptions = {
  readonly services: HostServices
  readonly hub: TaskHub
  /** By name in lower case, as names compare on Azure. */
  readonly orchestrators: FunctionsByName
  readonly activities: FunctionsByName
  readonly limits: DurableOptions
}
