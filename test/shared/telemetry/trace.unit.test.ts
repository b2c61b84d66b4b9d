import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  continueTrace,
  currentTrace,
  newTrace,
  outgoingTraceparent,
  runInTrace,
} from '../../../shared/telemetry/trace.ts'

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length })
const zero = /^0*$/
const traceId = hex(32).filter((id) => !zero.test(id))
const parentId = hex(16).filter((id) => !zero.test(id))
const fresh = {
  traceId: expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/) as string,
  spanId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
}

describe('a trace', () => {
  it('goes on with every well-formed traceparent, also of later versions', () => {
    fc.assert(
      fc.property(
        traceId,
        parentId,
        hex(2),
        hex(2).filter((version) => version !== 'ff'),
        fc.constantFrom('', '-x', '-more-of-it'),
        (trace, parent, flags, version, rest) => {
          const continued = continueTrace({ traceparent: `${version}-${trace}-${parent}-${flags}${rest}` })
          expect(continued).toEqual({
            traceId: trace,
            spanId: fresh.spanId,
            parentSpanId: parent,
            sampled: Number.parseInt(flags, 16) % 2 === 1,
            correlationId: trace,
          })
          expect(continued.spanId).not.toBe(parent)
        },
      ),
    )
  })

  it('begins anew for anything else', () => {
    const good = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const broken = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        null,
        undefined,
        '',
        good.toUpperCase(),
        `ff${good.slice(2)}`,
        ` ${good}`,
        `${good}\n`,
        `${good},${good}`,
        good.replace(/a/g, '0'),
        good.replace(/b/g, '0'),
        good.slice(0, -1),
        good.slice(0, -3),
        `0${good}`,
        `${good}x`,
        good.replaceAll('-', '_'),
      ),
      fc
        .tuple(fc.nat(good.length - 4), fc.constantFrom('g', ' ', 'é', ''))
        .map(([at, character]) => `${good.slice(0, at)}${character}${good.slice(at + 1)}`),
    )
    fc.assert(
      fc.property(broken, (traceparent) => {
        fc.pre(
          !/^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/.test(
            traceparent ?? '',
          ),
        )
        const trace = continueTrace(traceparent === undefined ? {} : { traceparent })
        expect(trace).toEqual({ ...fresh, sampled: true, correlationId: trace.traceId })
        expect(trace.traceId).not.toBe('a'.repeat(32))
      }),
    )
  })

  it('takes a correlation id of up to 128 harmless characters and no other', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 140 }),
          fc.string({ unit: fc.constantFrom(...'aZ09._:-'.split('')), maxLength: 140 }),
        ),
        (correlationId) => {
          const trace = continueTrace({ correlationId })
          const isTaken =
            correlationId.length >= 1 && correlationId.length <= 128 && !/[^A-Za-z0-9._:-]/.test(correlationId)
          expect(trace.correlationId).toBe(isTaken ? correlationId : trace.traceId)
        },
      ),
    )
  })

  it('hands on its id with a new span, and what was decided about sampling', () => {
    for (const sampled of [true, false])
      expect(outgoingTraceparent({ ...newTrace(), traceId: 'a'.repeat(32), sampled })).toMatch(
        new RegExp(`^00-a{32}-[0-9a-f]{16}-0${sampled ? 1 : 0}$`),
      )
    const trace = newTrace()
    expect(outgoingTraceparent(trace)).not.toContain(trace.spanId)
    expect(continueTrace({ traceparent: outgoingTraceparent(trace) }).traceId).toBe(trace.traceId)
  })

  it('is that of the work it was begun for, also across waits and beside other work', async () => {
    expect(currentTrace()).toBeUndefined()
    const traces = Array.from({ length: 20 }, newTrace)
    await Promise.all(
      traces.map((trace) =>
        runInTrace(trace, async () => {
          await new Promise((resolve) => setImmediate(resolve))
          expect(currentTrace()).toBe(trace)
        }),
      ),
    )
    expect(currentTrace()).toBeUndefined()
  })
})
