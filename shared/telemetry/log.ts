// Logs are events with fields: one line of JSON an event, with the trace it belongs to, and never a body or a secret.
import { AsyncLocalStorage } from 'node:async_hooks'
import { redact } from './redaction.ts'
import { currentTrace } from './trace.ts'

export type LogLevel = 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>
/** Where lines go: the invocation's own log, so that the host files them under the function that wrote them. */
export type LogSink = (level: LogLevel, line: string) => void

const sinks = new AsyncLocalStorage<LogSink>()

/** For what belongs to no invocation, or to one that is over. */
export const toConsole: LogSink = (level, line) => console[level](line)

export const runWithLogSink = <T>(sink: LogSink, work: () => T): T => sinks.run(sink, work)

/** For work that may outlast its invocation, whose own log ends with it. The trace stays. */
export const runDetached = <T>(work: () => T): T => sinks.run(toConsole, work)

/** For work that is done again and again while somebody waits: what went well is not worth a line each time. */
export const runQuietly = <T>(work: () => T): T => {
  const sink = sinks.getStore() ?? toConsole
  return sinks.run((level, line) => (level === 'info' ? undefined : sink(level, line)), work)
}

const write = (level: LogLevel, event: string, fields: LogFields): void => {
  const trace = currentTrace()
  const line = JSON.stringify({
    // Written outside of a call it goes to stderr, where the host takes a line for an error by this word only.
    level,
    event,
    ...(trace && { correlationId: trace.correlationId, traceId: trace.traceId, spanId: trace.spanId }),
    ...(redact(fields) as object),
  })
  ;(sinks.getStore() ?? toConsole)(level, line)
}

/** `event` is a dotted noun phrase (`http.request.completed`); what varies goes into `fields`. */
export const log = {
  info: (event: string, fields: LogFields = {}): void => write('info', event, fields),
  warn: (event: string, fields: LogFields = {}): void => write('warn', event, fields),
  error: (event: string, fields: LogFields = {}): void => write('error', event, fields),
}
