// Spans (OpenTelemetry), below the request, message or timer run that the process is at work for. Without tracing they cost next to nothing.
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace as traces,
} from '@opentelemetry/api'
import { toAppError } from '../errors.ts'
import { currentTrace } from './trace.ts'

export type WorkSpan = {
  readonly set: (attributes: Attributes) => void
  /** A call of something else that this work makes. */
  readonly beginCall: (name: string, attributes: Attributes) => WorkSpan
  /** @param errorType why it came to nothing. Who left is said, and is no failure. Ending it again does nothing */
  readonly end: (errorType?: string) => void
}

const tracerName = 'theone-integrations'

/** What hangs below the caller's span: given as `traceparent`, or by the host. */
export const beginSpan = (name: string, attributes: Attributes): WorkSpan =>
  begin(name, SpanKind.INTERNAL, attributes, contextOfTrace())

export const inSpan = async <Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> => {
  const span = beginSpan(name, attributes)
  try {
    const result = await work()
    span.end()
    return result
  } catch (error) {
    span.end(toAppError(error).code)
    throw error
  }
}

const begin = (name: string, kind: SpanKind, attributes: Attributes, parent: Context): WorkSpan => {
  const span = traces.getTracer(tracerName).startSpan(name, { kind, attributes }, parent)
  return {
    set: (more) => void span.setAttributes(more),
    beginCall: (call, own) => begin(call, SpanKind.CLIENT, own, traces.setSpan(parent, span)),
    end: (errorType) => {
      if (errorType !== undefined) {
        span.setAttribute('error.type', errorType)
        if (errorType !== 'caller-gone') span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}

const contextOfTrace = (): Context => {
  const trace = currentTrace()
  if (!trace) return ROOT_CONTEXT
  const { traceId, parentSpanId, spanId, sampled } = trace
  return traces.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: parentSpanId ?? spanId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  })
}
