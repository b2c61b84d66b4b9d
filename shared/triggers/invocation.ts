// What every kind of function does around its work: the trace it belongs to, and the invocation's own log.
import type { InvocationContext } from '@azure/functions'
import { actingAs } from '../audit-log/acting.ts'
import { type LogSink, runWithLogSink } from '../telemetry/log.ts'
import { type Trace, runInTrace } from '../telemetry/trace.ts'

export const inInvocation = <T>(context: InvocationContext, trace: Trace, work: () => Promise<T>): Promise<T> => {
  const sink: LogSink = (level, line) => context[level](line)
  return runInTrace(trace, () => runWithLogSink(sink, () => actingAs(`function:${context.functionName}`, work)))
}
