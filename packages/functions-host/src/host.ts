// The local Functions host: runs what an entry file registers through `@azure/functions`, as the Azure Functions v4 host does.
import { createServer, type Server } from 'node:http'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { againCode } from '@theone/local-process/child-process'
import { closeServer, idleConnectionMs, listenOnLoopback } from '@theone/local-process/loopback'
import { handleAdminRequest, handleHomepage, type FunctionEntry } from './admin-api.ts'
import { createBindings, type Bindings } from './bindings.ts'
import type { LogCategory, LogLevel } from './core-types.ts'
import { loadFunctionApp, type LoadedApp } from './function-app.ts'
import { createHooks, type Hooks } from './hooks.ts'
import { durableTrigger } from './durable-trigger.ts'
import { createHostLog, type HostLog, type LogSink } from './host-log.ts'
import { parseHostJson, type HostJson } from './host-json.ts'
import { indexFunctions, type FunctionIndex } from './function-index.ts'
import { createFunctionTimeout } from './function-timeout.ts'
import { httpTrigger } from './http-trigger.ts'
import { writeEmpty } from './http-response.ts'
import { createInvocations, type Invocations } from './invocation.ts'
import type { Settings } from './settings.ts'
import { serviceBusTrigger } from './service-bus-trigger.ts'
import { timerTrigger } from './timer-trigger.ts'
import type { TriggerKind } from './trigger-kind.ts'

/** Every kind of trigger that this host can run. */
const builtInKinds: readonly TriggerKind[] = [durableTrigger, httpTrigger, serviceBusTrigger, timerTrigger]

export type HostOptions = {
  /** Path of the entry file, or what registers the functions. A file registers once a process, since modules load once. */
  readonly entry: string | (() => Promise<unknown>)
  /** 0 takes any free port. */
  readonly port: number
  /** Where timers keep when they last ran. */
  readonly stateFolder: string
  /** The parsed host.json; `{ version: '2.0' }` when there is none. */
  readonly hostJson?: unknown
  /** The app settings that the host itself reads; the functions read `process.env`. */
  readonly settings: Settings
  readonly log: LogSink
  /** What a run that takes longer than `functionTimeout` leads to: the process ends, with all that is in flight, to be started again. */
  readonly onFunctionTimeout?: () => void
  /** Further kinds of trigger. */
  readonly kinds?: readonly TriggerKind[]
}

export type Host = {
  readonly url: string
  /** All functions with a usable name, sorted by name. */
  readonly functions: readonly FunctionEntry[]
  /** Why functions do not run, by name. */
  readonly errors: ReadonlyMap<string, readonly string[]>
  /** Stops triggers, lets what runs finish for up to 5 s, runs the appTerminate hooks. */
  readonly close: () => Promise<void>
}

const graceMs = 5_000

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

type AppLog = (level: LogLevel, category: LogCategory, message: string) => void

const loadEntry = async (entry: HostOptions['entry'], log: AppLog): Promise<LoadedApp> => {
  const register = typeof entry === 'string' ? () => import(pathToFileURL(resolve(entry)).href) : entry
  try {
    return await loadFunctionApp(register, log)
  } catch (error) {
    const name = typeof entry === 'string' ? `The entry file ${entry}` : 'The app'
    throw new Error(`${name} could not be loaded: ${textOf(error)}`, { cause: error })
  }
}

/** The list that `func start` prints. */
const functionList = (index: FunctionIndex, baseUrl: string): string =>
  ['Functions:', ...index.running.map(({ fn, listener }) => `${fn.name}: ${listener.describe(fn, baseUrl)}`)].join(
    '\n\n\t',
  )

const reportStart = (index: FunctionIndex, hostJson: HostJson, log: HostLog, url: string): void => {
  for (const warning of hostJson.warnings) log('warning', 'Host.Startup', warning)
  for (const [name, problems] of index.errors)
    for (const problem of problems) log('error', 'Host.Startup', `The function "${name}" does not run: ${problem}`)
  for (const { fn, isDisabled } of index.entries)
    if (isDisabled) log('information', 'Host.Startup', `Function ${fn.name} is disabled`)
  log('information', 'Host.Startup', `The functions run on Node.js ${process.version}.`)
  log('information', 'Host.Startup', functionList(index, url))
}

const createHttpServer = (index: FunctionIndex, settings: Settings, log: HostLog): Server => {
  const isHomepageDisabled = settings['AzureWebJobsDisableHomepage']?.toLowerCase() === 'true'
  const admin = {
    functions: index.entries,
    errors: index.errors,
    hostId: (settings['WEBSITE_SITE_NAME'] ?? 'local').toLowerCase().slice(0, 32),
    onRunError: (name: string, error: unknown) =>
      log('error', `Function.${name}`, `'Functions.${name}' was run by hand and failed: ${textOf(error)}`),
  }
  // Kestrel's limits where Node's are smaller: 32 KiB of headers, idle connections kept for longer.
  const server = createServer(
    { maxHeaderSize: 32 * 1_024, keepAliveTimeout: idleConnectionMs },
    (request, response) => {
      response.on('error', (error) => log('debug', 'Host.Http', `An answer could not be sent: ${error.message}`))
      const isAnswered =
        handleAdminRequest(request, response, admin) ||
        index.listeners.some((listener) => listener.handleRequest?.(request, response) === true) ||
        handleHomepage(request, response, isHomepageDisabled)
      if (!isAnswered) writeEmpty(response, 404)
    },
  )
  return server
}

type Running = {
  readonly server: Server
  readonly index: FunctionIndex
  readonly invocations: Invocations
  readonly hooks: Hooks
  readonly bindings: Bindings
  readonly loaded: LoadedApp
  readonly log: HostLog
}

const closeHost = async ({ server, index, invocations, hooks, loaded, log }: Running): Promise<void> => {
  for (const listener of index.listeners) listener.stop()
  const closed = closeServer(server, graceMs)
  try {
    await invocations.idle(graceMs)
    if (invocations.running() > 0)
      log('warning', 'Host.Shutdown', `${invocations.running()} invocation(s) did not end within ${graceMs} ms.`)
    await Promise.all(index.listeners.map(async (listener) => listener.close?.()))
    await hooks.appTerminate()
  } catch (error) {
    log('error', 'Host.Shutdown', `A trigger or an appTerminate hook failed to end: ${textOf(error)}`)
  } finally {
    await loaded.streamProxy?.close()
    loaded.unload()
    await closed
  }
}

const startLoaded = async (options: HostOptions, hostJson: HostJson, running: Omit<Running, 'server' | 'index'>) => {
  const { loaded, hooks, bindings, invocations, log } = running
  const { streamProxy } = loaded
  const services = { settings: options.settings, stateFolder: options.stateFolder, hostJson, log, streamProxy }
  const kinds = [...builtInKinds, ...(options.kinds ?? [])]
  const index = indexFunctions(loaded.functions, kinds, { ...services, invoke: invocations.invoke }, bindings)
  const server = createHttpServer(index, options.settings, log)
  await hooks.appStart(typeof options.entry === 'string' ? dirname(resolve(options.entry)) : process.cwd())
  const url = await listenOnLoopback(server, options.port, 'LOCAL_FUNCTIONS_PORT')
  const started = { ...running, server, index }
  reportStart(index, hostJson, log, url)
  try {
    await Promise.all(index.listeners.map((listener) => listener.start(url)))
  } catch (error) {
    await closeHost(started)
    throw error
  }
  return { started, url }
}

/**
 * Starts the host. One host a process: the library keeps what it registers for the whole process.
 * @throws an error when the entry cannot be loaded or registers nothing, when host.json is wrong, or when the port is taken
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const hostJson = parseHostJson(options.hostJson ?? { version: '2.0' }, options.settings)
  const log = createHostLog(options.log, hostJson.logLevels)
  let appLog: AppLog = (level, _category, message) => log(level, 'Worker', message)
  const loaded = await loadEntry(options.entry, (...record) => appLog(...record))
  const hooks = createHooks(loaded, (error) => log('error', 'Worker', `A log hook failed: ${textOf(error)}`))
  appLog = (level, category, message) => {
    const changed = hooks.log({ level, category, message, hookData: hooks.appLevelHookData })
    log(changed.level, 'Worker', changed.message)
  }
  const bindings = createBindings()
  const timeout = createFunctionTimeout({
    timeoutMs: hostJson.functionTimeoutMs,
    log,
    onTimeout: options.onFunctionTimeout ?? (() => process.exit(againCode)),
  })
  const invocations = createInvocations({ app: loaded, hooks, bindings, log, timeout })
  try {
    const { started, url } = await startLoaded(options, hostJson, { loaded, hooks, bindings, invocations, log })
    let closing: Promise<void> | undefined
    return {
      url,
      functions: started.index.entries,
      errors: started.index.errors,
      close: () => (closing ??= closeHost(started)),
    }
  } catch (error) {
    await loaded.streamProxy?.close()
    loaded.unload()
    throw error
  }
}
