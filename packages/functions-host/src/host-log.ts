// Log records of the host and of the functions: which of them are written, and how a line looks.
import type { LogLevel } from './core-types.ts'
import type { HostJson } from './host-json.ts'

export type LogRecord = {
  readonly time: Date
  readonly level: LogLevel
  /** As on the Azure host: `Host.Startup`, `Function.<name>`, `Function.<name>.User`, `Worker`. */
  readonly category: string
  readonly message: string
  readonly invocationId?: string
}

export type LogSink = (record: LogRecord) => void
/** Writes a record of a category, unless host.json's `logging.logLevel` filters it out. */
export type HostLog = (level: LogLevel, category: string, message: string, invocationId?: string) => void

const severities: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']
const severity = (level: LogLevel): number => severities.indexOf(level)

/** The level of the longest category prefix that `logging.logLevel` names, `default` otherwise, Information without either. */
const levelOf = (category: string, levels: HostJson['logLevels']): LogLevel => {
  const matching = Object.keys(levels)
    .filter((prefix) => category === prefix || category.startsWith(`${prefix}.`))
    .sort((a, b) => b.length - a.length)
  return levels[matching[0] ?? 'default'] ?? 'information'
}

export const createHostLog = (sink: LogSink, levels: HostJson['logLevels']): HostLog => {
  // There are as many categories as functions, and each message asks twice.
  const least = new Map<string, number>()
  const leastOf = (category: string): number => {
    const known = least.get(category) ?? severity(levelOf(category, levels))
    least.set(category, known)
    return known
  }
  return (level, category, message, invocationId) => {
    if (severity(level) < leastOf(category)) return
    sink({ time: new Date(), level, category, message, ...(invocationId !== undefined && { invocationId }) })
  }
}

const line = ({ time, message }: LogRecord): string => `[${time.toISOString()}] ${message}`

/** Lines as `func start` prints them; `quiet` keeps warnings and errors only. */
export const consoleLog =
  (options: { quiet?: boolean } = {}): LogSink =>
  (record) => {
    const severe = severity(record.level) >= severity('warning')
    if (options.quiet && !severe) return
    if (severe) console.error(line(record))
    else console.log(line(record))
  }
