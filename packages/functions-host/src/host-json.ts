// Reads host.json (https://learn.microsoft.com/azure/azure-functions/functions-host-json), as far as this host obeys it.
import { readLenientJson } from './lenient-json.ts'
import type { LogLevel } from './core-types.ts'
import { parseTimeSpan } from './timer-schedule.ts'

export type HostJson = {
  /** `extensions.http.routePrefix`: `api` unless set; may be empty. */
  readonly routePrefix: string
  /** `functionTimeout`: 30 minutes unless set, as on all plans but Consumption; `-1` is none. */
  readonly functionTimeoutMs: number | undefined
  /** `logging.logLevel`, by category. */
  readonly logLevels: Readonly<Record<string, LogLevel>>
  /** The file as it stands, with the overrides by settings: trigger kinds read their own part of `extensions`. */
  readonly raw: JsonObject
  /** What the Azure host would ignore without a word. */
  readonly warnings: readonly string[]
}

export type JsonObject = { readonly [key: string]: unknown }

const knownProperties: ReadonlySet<string> = new Set([
  '$schema',
  'version',
  'functionTimeout',
  'retry',
  'functions',
  'http',
  'watchDirectories',
  'watchFiles',
  'singleton',
  'logging',
  'aggregator',
  'healthMonitor',
  'extensionBundle',
  'managedDependencies',
  'customHandler',
  'extensions',
  'concurrency',
  'sendCanceledInvocationsToWorker',
  'metadataProviderTimeout',
  'telemetryMode',
])

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const keyOf = (object: JsonObject, name: string): string =>
  Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name

const overrideAt = (object: JsonObject, [name, ...rest]: readonly string[], value: string): JsonObject => {
  if (name === undefined) return object
  const key = keyOf(object, name)
  const inner = object[key]
  return { ...object, [key]: rest.length === 0 ? value : overrideAt(isObject(inner) ? inner : {}, rest, value) }
}

const overridePrefix = 'AzureFunctionsJobHost__'

/** `AzureFunctionsJobHost__extensions__http__routePrefix=v2` overrides `extensions.http.routePrefix`. */
const withOverrides = (object: JsonObject, settings: Readonly<Record<string, string>>): JsonObject =>
  Object.entries(settings)
    .filter(([name]) => name.startsWith(overridePrefix))
    .reduce(
      (changed, [name, value]) => overrideAt(changed, name.slice(overridePrefix.length).split('__'), value),
      object,
    )

/** The value at a path, whatever the case of its keys. */
export const valueAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isObject(value) ? value[keyOf(value, name)] : undefined), object)

const levels: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  debug: 'debug',
  information: 'information',
  warning: 'warning',
  error: 'error',
  critical: 'critical',
  none: 'none',
}

const readLogLevels = (raw: JsonObject): Readonly<Record<string, LogLevel>> => {
  const given = valueAt(raw, ['logging', 'logLevel'])
  if (!isObject(given)) return {}
  return Object.fromEntries(
    Object.entries(given).map(([category, level]) => {
      const known = levels[String(level).toLowerCase()]
      if (known) return [category, known]
      throw new Error(
        `host.json: logging.logLevel.${category} is "${String(level)}"; use Trace, Debug, Information, Warning, Error, Critical or None.`,
      )
    }),
  )
}

/** What a timer of Node.js can wait for: 24.8 days. */
const timerMsMax = 2_147_483_647

/** ScriptJobHostOptionsSetup.cs of azure-functions-host. */
const readFunctionTimeout = (raw: JsonObject): number | undefined => {
  const given = valueAt(raw, ['functionTimeout']) ?? '00:30:00'
  if (given === '-1' || given === -1) return undefined
  const ms = typeof given === 'string' ? parseTimeSpan(given) : undefined
  if (ms === undefined || ms < 1_000)
    throw new Error(
      `host.json: functionTimeout is ${JSON.stringify(given)}; it must be a time of at least a second, such as 00:10:00, or -1.`,
    )
  return Math.min(ms, timerMsMax)
}

/**
 * @param content the parsed file; an absent file is `{ version: '2.0' }`
 * @throws an error that names the property that cannot be obeyed
 */
export const parseHostJson = (content: unknown, settings: Readonly<Record<string, string>> = {}): HostJson => {
  if (!isObject(content)) throw new Error('host.json must hold a JSON object.')
  const raw = withOverrides(content, settings)
  const version = valueAt(raw, ['version'])
  if (version !== '2.0')
    throw new Error(
      `host.json: "version" must be "2.0" for Azure Functions v4, not ${JSON.stringify(version) ?? 'absent'}.`,
    )
  const routePrefix = valueAt(raw, ['extensions', 'http', 'routePrefix']) ?? 'api'
  if (typeof routePrefix !== 'string') throw new Error('host.json: extensions.http.routePrefix must be a string.')
  const unknown = Object.keys(raw).filter((name) => !knownProperties.has(name))
  return {
    routePrefix: routePrefix.replace(/^\/+|\/+$/g, ''),
    functionTimeoutMs: readFunctionTimeout(raw),
    logLevels: readLogLevels(raw),
    raw,
    warnings: unknown.map(
      (name) => `host.json: "${name}" is not a property of host.json. The Azure host ignores it without a word.`,
    ),
  }
}

/** @throws an error that names the file when it is not there or not JSON */
export const readHostJson = (path: string): unknown => {
  try {
    return readLenientJson(path)
  } catch (error) {
    throw new Error(`${path} could not be read as JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
