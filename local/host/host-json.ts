// Reads host.json (https://learn.microsoft.com/azure/azure-functions/functions-host-json), as far as this host obeys it.
import { readFile } from 'node:fs/promises'
import type { LogLevel } from './core-types.ts'

export type HostJson = {
  /** `extensions.http.routePrefix`: `api` unless set; may be empty. */
  readonly routePrefix: string
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
    logLevels: readLogLevels(raw),
    raw,
    warnings: unknown.map(
      (name) => `host.json: "${name}" is not a property of host.json. The Azure host ignores it without a word.`,
    ),
  }
}

/** @throws an error that names the file when it is not there or not JSON */
export const readHostJson = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw new Error(`${path} could not be read as JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
