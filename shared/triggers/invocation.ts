// What every kind of function does around its work: the trace it belongs to, and the invocation's own log.
import type { InvocationContext } from '@azure/functions'
import { actingAs } from '../audit-log/acting.ts'
import { type LogSink, runWithLogSink, toConsole } from '../telemetry/log.ts'
import { type Trace, runInTrace } from '../telemetry/trace.ts'

/**
 * What goes on after the work, such as the stream of an answer or what is read ahead for others, logs to the console: the invocation's own log
 * has ended by then, and takes each line for a mistake.
 */
export const inInvocation = <T>(context: InvocationContext, trace: Trace, work: () => Promise<T>): Promise<T> => {
  let isOver = false
  const sink: LogSink = (level, line) => (isOver ? toConsole(level, line) : context[level](line))
  const untilOver = async (): Promise<T> => {
    try {
      return await work()
    } finally {
      isOver = true
    }
  }
  return runInTrace(trace, () => runWithLogSink(sink, () => actingAs(`function:${context.functionName}`, untilOver)))
}
