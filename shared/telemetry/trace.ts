// Carries one trace through a request, a timer run or a message, and on to every peer that it calls (W3C Trace Context).
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

export type Trace = {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits: the span that this process is in. */
  readonly spanId: string
  readonly parentSpanId?: string
  readonly sampled: boolean
  /** What a person quotes to support: the caller's own `X-Correlation-Id`, or the trace id. */
  readonly correlationId: string
}

const current = new AsyncLocalStorage<Trace>()

const newSpanId = (): string => randomBytes(8).toString('hex')

/** A trace of its own, for work that nobody else started (a timer, a start-up step). */
export const newTrace = (): Trace => {
  const traceId = randomBytes(16).toString('hex')
  return { traceId, spanId: newSpanId(), sampled: true, correlationId: traceId }
}

const traceparentShape = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const correlationIdShape = /^[A-Za-z0-9._:-]{1,128}$/

/**
 * The trace that a caller's headers ask for, with a new span for us. A header that does not follow its syntax is ignored, as
 * https://www.w3.org/TR/trace-context/ asks; a correlation id may have up to 128 of `A-Z a-z 0-9 . _ : -`.
 */
export const continueTrace = (headers: { traceparent?: string | null; correlationId?: string | null }): Trace => {
  const match = traceparentShape.exec(headers.traceparent ?? '')
  const fresh = newTrace()
  const [, traceId, parentSpanId, flags] = match ?? []
  const trace =
    traceId && parentSpanId && flags
      ? { ...fresh, traceId, parentSpanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, correlationId: traceId }
      : fresh
  const given = headers.correlationId ?? ''
  return correlationIdShape.test(given) ? { ...trace, correlationId: given } : trace
}

export const runInTrace = <T>(trace: Trace, work: () => T): T => current.run(trace, work)

export const currentTrace = (): Trace | undefined => current.getStore()

/** The `traceparent` to send along with a call, with a span of the call's own. */
export const outgoingTraceparent = (trace: Trace): string =>
  `00-${trace.traceId}-${newSpanId()}-${trace.sampled ? '01' : '00'}`
