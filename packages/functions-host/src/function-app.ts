// What an entry file registers through `@azure/functions`: its functions and hooks, kept as the Node worker of Azure Functions keeps them.
import { registerHooks } from 'node:module'
import type {
  CoreApi,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  Registration,
} from './core-types.ts'
import { hookNames } from './core-types.ts'
import { openStreamProxy, type StreamProxy } from './stream-proxy.ts'

export type RegisteredFunction = { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback }

export type FunctionApp = {
  readonly functions: readonly RegisteredFunction[]
  readonly hooks: (name: HookName) => readonly HookCallback[]
  readonly model: ProgrammingModel
}

type AppState = {
  readonly functions: Map<string, RegisteredFunction>
  readonly hooks: Map<HookName, HookCallback[]>
  locked: boolean
  log: (level: LogLevel, category: LogCategory, message: string) => void
}

/** An error that the library recognizes as one of the runtime, not of the user's code. */
const systemError = <E extends Error>(error: E): E => Object.assign(error, { isAzureFunctionsSystemError: true })

// The library keeps the core API and its own programming model for the life of the process, so both are process-wide here too.
let model: ProgrammingModel | undefined
let app: AppState | undefined

const currentApp = (): AppState => {
  if (!app)
    throw systemError(new Error('No local Functions host is running in this process, so nothing can be registered.'))
  return app
}

const registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback): Registration => {
  const { functions, locked } = currentApp()
  if (locked) throw systemError(new Error('A function can only be registered during app startup.'))
  const id = metadata.functionId ?? metadata.name
  if (functions.has(id)) throw systemError(new Error(`A function with id "${id}" has already been registered.`))
  functions.set(id, { metadata, callback })
  return {
    dispose: () => {
      if (currentApp().locked) throw systemError(new Error('A function can only be disposed during app startup.'))
      functions.delete(id)
    },
  }
}

const isHookName = (name: string): name is HookName => hookNames.some((known) => known === name)

const registerHook = (name: string, callback: HookCallback): Registration => {
  if (!isHookName(name)) throw systemError(new RangeError(`Unrecognized hook "${name}".`))
  const { hooks } = currentApp()
  const callbacks = hooks.get(name) ?? []
  hooks.set(name, [...callbacks, callback])
  return {
    dispose: () => {
      hooks.set(
        name,
        (hooks.get(name) ?? []).filter((kept) => kept !== callback),
      )
    },
  }
}

const core: CoreApi = {
  version: '3.0.0-local',
  hostVersion: '4-local',
  registerFunction,
  registerHook,
  setProgrammingModel: (given) => {
    model = given
  },
  getProgrammingModel: () => model,
  log: (level, category, message) => app?.log(level, category, message),
}

const coreUrl = 'functions-core:local'
const coreGlobal = Symbol.for('local-functions-host.core')
let installed = false

/**
 * Makes `@azure/functions-core`, which no registry has, resolvable for the library and for the app. The library looks for it
 * once, at its first registration, so this must come before the entry file is loaded.
 */
const installCore = (): void => {
  if (installed) return
  installed = true
  Object.assign(globalThis, { [coreGlobal]: core })
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core'
        ? { url: coreUrl, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === coreUrl
        ? {
            format: 'commonjs',
            source: "module.exports = globalThis[Symbol.for('local-functions-host.core')]",
            shortCircuit: true,
          }
        : next(url, context),
  })
}

export type LoadedApp = FunctionApp & {
  readonly streamProxy?: StreamProxy | undefined
  /** Ends the registry: the process can host another app then. */
  readonly unload: () => void
}

/**
 * Runs `register` (the import of an entry file) and gives what it registered. Registration is closed afterwards.
 * @throws what `register` throws; an error when it registered nothing; an error when this process already hosts an app
 */
export const loadFunctionApp = async (register: () => Promise<unknown>, log: AppState['log']): Promise<LoadedApp> => {
  if (app) throw new Error('This process already hosts a Functions app: close it first, or start a second process.')
  installCore()
  const state: AppState = { functions: new Map(), hooks: new Map(), locked: false, log }
  app = state
  const unload = (): void => {
    state.locked = true
    if (app === state) app = undefined
  }
  try {
    await register()
    state.locked = true
    if (state.functions.size === 0 || !model)
      throw new Error(
        'It registered no function. Call app.http(...) or another method of "app" while the entry file loads. (A file that this process has loaded before does not register again.)',
      )
    // Locks `app.setup`, as the worker does.
    const streamProxy = await openStreamProxy(model)
    const functions = [...state.functions.values()]
    return { functions, hooks: (name) => state.hooks.get(name) ?? [], model, streamProxy, unload }
  } catch (error) {
    unload()
    throw error
  }
}
