// What an orchestrator asked for, as durable-functions says it (replay schema V3: compound tasks hold their parts).
import type { TaskRetryOptions } from './history.ts'

/** `input` is JSON; absent when there is none. */
export type TaskAction =
  | { readonly kind: 'activity'; readonly name: string; readonly input?: string; readonly retry?: TaskRetryOptions }
  | {
      readonly kind: 'subOrchestration'
      readonly name: string
      readonly input?: string
      readonly instanceId?: string
      readonly version?: string
      readonly retry?: TaskRetryOptions
    }
  | { readonly kind: 'timer'; readonly fireAt: string; readonly isCanceled: boolean }

export type Actions = {
  /** Those that get a task id, in the order of their ids; all since the execution began. */
  readonly tasks: readonly TaskAction[]
  /** The names of the external events that were waited for, one a wait. */
  readonly waits: readonly string[]
  readonly continueAsNew?: { readonly input?: string }
}

type RawAction = { readonly actionType?: unknown; readonly [field: string]: unknown }

const actionTypes = {
  callActivity: 0,
  callActivityWithRetry: 1,
  callSubOrchestrator: 2,
  callSubOrchestratorWithRetry: 3,
  continueAsNew: 4,
  createTimer: 5,
  waitForExternalEvent: 6,
  whenAny: 11,
  whenAll: 12,
} as const

const unsupported: Readonly<Record<number, string>> = {
  7: 'callEntity',
  8: 'callHttp',
  9: 'signalEntity',
  10: 'signalEntity',
  13: 'lock',
  14: 'lock',
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const jsonOf = (value: unknown): string | undefined => {
  const json: unknown = JSON.stringify(value)
  return typeof json === 'string' ? json : undefined
}

/** The library has turned a string into JSON before, and nothing else: for activities and continueAsNew only. */
const halfEncoded = (input: unknown): string | undefined => (typeof input === 'string' ? input : jsonOf(input))

const withInput = (input: string | undefined): { readonly input?: string } => (input === undefined ? {} : { input })

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const retryOf = ({ retryOptions }: RawAction): { readonly retry?: TaskRetryOptions } => {
  if (!isRecord(retryOptions)) return {}
  const number = (name: keyof TaskRetryOptions): Partial<TaskRetryOptions> => {
    const value = retryOptions[name]
    return typeof value === 'number' ? { [name]: value } : {}
  }
  return {
    retry: {
      firstRetryIntervalInMilliseconds: Number(retryOptions['firstRetryIntervalInMilliseconds']),
      maxNumberOfAttempts: Number(retryOptions['maxNumberOfAttempts']),
      ...number('backoffCoefficient'),
      ...number('maxRetryIntervalInMilliseconds'),
      ...number('retryTimeoutInMilliseconds'),
    },
  }
}

const subOrchestration = (action: RawAction): TaskAction => {
  const [instanceId, version] = [textOf(action['instanceId']), textOf(action['version'])]
  return {
    kind: 'subOrchestration',
    name: String(action['functionName']),
    ...withInput(jsonOf(action['input'])),
    ...(instanceId !== undefined && { instanceId }),
    ...(version !== undefined && { version }),
    ...retryOf(action),
  }
}

const timer = ({ fireAt, isCanceled }: RawAction): TaskAction => {
  const time = new Date(fireAt instanceof Date || typeof fireAt === 'string' ? fireAt : Number.NaN)
  if (Number.isNaN(time.getTime())) throw new Error('A timer was created with a date that is none.')
  return { kind: 'timer', fireAt: time.toISOString(), isCanceled: isCanceled === true }
}

/** Depth first, each once: a task that stands in two compounds is the same object, and one task. */
const flatten = (given: readonly unknown[], found: Set<RawAction> = new Set()): Set<RawAction> => {
  for (const action of given.filter(isRecord)) {
    const { actionType, compoundActions } = action
    if (actionType !== actionTypes.whenAny && actionType !== actionTypes.whenAll) found.add(action)
    else if (Array.isArray(compoundActions)) flatten(compoundActions, found)
  }
  return found
}

/**
 * @param given the `actions` of the object that the orchestrator function returned, not of its JSON, in which the objects are copies
 * @throws an error that names what this host does not do
 */
export const readActions = (given: unknown): Actions => {
  const tasks: TaskAction[] = []
  const waits: string[] = []
  let continued: Actions['continueAsNew']
  for (const action of flatten(Array.isArray(given) ? given.flat() : [])) {
    const { actionType } = action
    if (actionType === actionTypes.callActivity || actionType === actionTypes.callActivityWithRetry)
      tasks.push({
        kind: 'activity',
        name: String(action['functionName']),
        ...withInput(halfEncoded(action['input'])),
        ...retryOf(action),
      })
    else if (actionType === actionTypes.callSubOrchestrator || actionType === actionTypes.callSubOrchestratorWithRetry)
      tasks.push(subOrchestration(action))
    else if (actionType === actionTypes.createTimer) tasks.push(timer(action))
    else if (actionType === actionTypes.waitForExternalEvent) waits.push(String(action['externalEventName']))
    else if (actionType === actionTypes.continueAsNew) continued = withInput(halfEncoded(action['input']))
    else
      throw new Error(
        `The local Functions host does not support ${unsupported[Number(actionType)] ?? `the action type ${String(actionType)}`} in an orchestrator: entities and callHttp run on Azure only.`,
      )
  }
  return { tasks, waits, ...(continued && { continueAsNew: continued }) }
}
