// The W3C trace context (https://www.w3.org/TR/trace-context/) that the host hands to each invocation.
import { randomBytes } from 'node:crypto'
import type { TraceContext } from './core-types.ts'

const traceparentShape = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/

/**
 * Continues the caller's trace with a span of the host's own, or begins a new trace. The host records its requests, so
 * a new trace is sampled.
 */
export const traceContextFor = (
  caller: { readonly traceparent?: string | undefined; readonly tracestate?: string | undefined } = {},
): TraceContext => {
  const [, traceId, flags] = traceparentShape.exec(caller.traceparent ?? '') ?? []
  const span = randomBytes(8).toString('hex')
  return traceId && flags
    ? { traceParent: `00-${traceId}-${span}-${flags}`, traceState: caller.tracestate ?? '', attributes: {} }
    : { traceParent: `00-${randomBytes(16).toString('hex')}-${span}-01`, traceState: '', attributes: {} }
}
