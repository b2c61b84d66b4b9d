// Runs the hooks that an app registered with `app.hook.*`, with the objects that the Node worker of Azure Functions gives them.
import type { HookCallback, LibraryInvocationContext, LogCategory, LogLevel } from './core-types.ts'
import type { FunctionApp } from './function-app.ts'

export type LogHookInput = {
  readonly level: LogLevel
  readonly category: LogCategory
  readonly message: string
  readonly hookData: object
  readonly invocationContext?: LibraryInvocationContext
}

export type Hooks = {
  readonly appStart: (functionAppDirectory: string) => Promise<void>
  readonly appTerminate: () => Promise<void>
  /** The fields of `context` that hooks may change are read back from it. */
  readonly preInvocation: (context: object) => Promise<void>
  readonly postInvocation: (context: object) => Promise<void>
  /** The record with the level and message that the log hooks left. */
  readonly log: (record: LogHookInput) => { readonly level: LogLevel; readonly message: string }
  /** Data that all hooks of the app share. */
  readonly appHookData: object
  /** Data that the hooks outside invocations share. */
  readonly appLevelHookData: object
}

/** One after the other, in the order of registration; the first that throws stops the row. */
const runInOrder = async (callbacks: readonly HookCallback[], context: object): Promise<void> => {
  for (const callback of callbacks) await callback(context)
}

/** @param onLogHookError is told of a log hook that throws; the record is written as it stands */
export const createHooks = (app: Pick<FunctionApp, 'hooks'>, onLogHookError: (error: unknown) => void): Hooks => {
  const appHookData = {}
  const appLevelHookData = {}
  let isLogging = false
  // What a log hook itself logs passes no log hook, or it would never end.
  const log: Hooks['log'] = (record) => {
    const context = { ...record, appHookData }
    if (isLogging) return context
    isLogging = true
    try {
      for (const callback of app.hooks('log')) callback(context)
    } catch (error) {
      onLogHookError(error)
    } finally {
      isLogging = false
    }
    return context
  }
  return {
    appStart: (functionAppDirectory) =>
      runInOrder(app.hooks('appStart'), { hookData: appLevelHookData, appHookData, functionAppDirectory }),
    appTerminate: () => runInOrder(app.hooks('appTerminate'), { hookData: appLevelHookData, appHookData }),
    preInvocation: (context) => runInOrder(app.hooks('preInvocation'), context),
    postInvocation: (context) => runInOrder(app.hooks('postInvocation'), context),
    log,
    appHookData,
    appLevelHookData,
  }
}
