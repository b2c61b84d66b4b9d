// The spans of AI calls, as the real SDK collects them: whose they are, what they say, and that nothing of what is asked or answered is in them.
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  BasicTracerProvider,
} from '@opentelemetry/sdk-trace-base'
import { SpanKind, SpanStatusCode, trace as traces } from '@opentelemetry/api'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { features } from '../../../../functions/ai/features/features.ts'
import { answerFeature } from '../../../../shared/features/answering.ts'
import type { Answerable } from '../../../../shared/features/feature.ts'
import { wholeReply } from '../../../../shared/features/replies.ts'
import type { Services } from '../../../../shared/services.ts'
import { continueTrace, runInTrace } from '../../../../shared/telemetry/trace.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { type ScriptedModels, startScriptedModels } from '../../../support/scripted-model.ts'

const { urls, settings } = inject('stack')
const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })

let models: ScriptedModels
let tenantId: string
beforeAll(async () => {
  traces.setGlobalTracerProvider(provider)
  models = await startScriptedModels(settings)
  tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
})
afterEach(() => exporter.reset())
afterAll(async () => {
  await models?.close()
  await provider.shutdown()
  traces.disable()
})

const review = features.find(({ name }) => name === 'code-review-narrative') as Answerable
const documentation = features.find(({ name }) => name === 'code-documentation') as Answerable
const input = {
  kind: 'architecture',
  repository: { name: 'northwind/storefront' },
  sources: [{ id: 'a.ts', text: 'Mail is sent by the worker Halberd.' }],
}
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerSpanId = '00f067aa0ba902b7'

/** As within a request that came with a traceparent. */
const asked = <Result>(work: () => Promise<Result>, flags = '01'): Promise<Result> =>
  runInTrace(continueTrace({ traceparent: `00-${traceId}-${callerSpanId}-${flags}` }), work)
const begin = (services: Services, signal = new AbortController().signal, feature = review) =>
  answerFeature(services, feature, { tenantId, input, signal })

/** The whole call, and its attempts in their order. */
const spansOf = async (attempts: number): Promise<readonly [ReadableSpan, ...ReadableSpan[]]> => {
  const all = await eventually(
    async () => exporter.getFinishedSpans(),
    (known) => known.length === attempts + 1,
    20_000,
  )
  const call = all.find(({ kind }) => kind === SpanKind.INTERNAL)
  if (!call) throw new Error('There is no span of the whole call.')
  return [call, ...all.filter(({ kind }) => kind === SpanKind.CLIENT)]
}

describe('an AI call', () => {
  it('is a span below the one of its caller, with each attempt below it, and no word of its content', async () => {
    const { services, deployment } = await models.modelThat({ text: 'Glaive sends mail.' })
    const { body } = await asked(() => wholeReply(begin(services)))
    const [call, attempt] = await spansOf(1)
    expect(call.spanContext().traceId).toBe(traceId)
    expect(call.parentSpanContext?.spanId).toBe(callerSpanId)
    expect(call.name).toBe('chat deep')
    expect(call.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'deep',
      'gen_ai.response.model': body.model,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': body.usage.promptTokens,
      'gen_ai.usage.output_tokens': body.usage.answerTokens,
      'theone.ai.feature': 'code-review-narrative',
      'theone.ai.tier': 'ai-pro',
    })
    expect(attempt?.parentSpanContext?.spanId).toBe(call.spanContext().spanId)
    expect(attempt?.name).toBe(`chat ${deployment}`)
    const { hostname, port } = new URL(models.url)
    expect(attempt?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': deployment,
      'gen_ai.response.model': body.model,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': body.usage.promptTokens,
      'gen_ai.usage.output_tokens': body.usage.answerTokens,
      'server.address': hostname,
      'server.port': Number(port),
    })
    for (const { attributes, events, status } of [call, attempt as ReadableSpan]) {
      expect(JSON.stringify([attributes, events])).not.toMatch(/Halberd|Glaive|storefront/)
      expect(status.code).toBe(SpanStatusCode.UNSET)
    }
  })

  it('that is tried again has a span for each attempt, and each says how it ended', async () => {
    const { services } = await models.modelThat({ fault: 'status', status: 503 }, { text: 'Mail.' })
    await asked(() => wholeReply(begin(services)))
    const [call, first, second] = await spansOf(2)
    expect(first?.attributes['error.type']).toBe('model-unavailable')
    expect(first?.status.code).toBe(SpanStatusCode.ERROR)
    expect(second?.attributes).not.toHaveProperty(['error.type'])
    expect(call.attributes).not.toHaveProperty(['error.type'])
    for (const attempt of [first, second]) expect(attempt?.parentSpanContext?.spanId).toBe(call.spanContext().spanId)
  })

  it('that fails says why', async () => {
    const { services } = await models.modelThat({ fault: 'cut', text: 'A long answer with many words.', at: 3 })
    await expect(asked(() => wholeReply(begin(services)))).rejects.toMatchObject({ code: 'model-cut-off' })
    const spans = await spansOf(1)
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(['model-cut-off', 'model-cut-off'])
    expect(spans.map(({ status }) => status)).toEqual([{ code: SpanStatusCode.ERROR }, { code: SpanStatusCode.ERROR }])
  })

  it('that is streamed ends with its last part, not before', async () => {
    const { services } = await models.modelThat({ text: 'One. Two. Three.' })
    await asked(async () => {
      let seen = 0
      for await (const event of begin(services)) {
        if (event.kind === 'text' && (seen += 1) === 1) expect(exporter.getFinishedSpans()).toEqual([])
        if (event.kind === 'done') expect(exporter.getFinishedSpans()).toHaveLength(2)
      }
      expect(seen).toBeGreaterThan(0)
    })
  })

  it('whose caller leaves says so, and is no failure', async () => {
    const { services, calls } = await models.modelThat({ text: 'word '.repeat(500), tokensPerSecond: 20 })
    const leaving = new AbortController()
    const reading = asked(() => wholeReply(begin(services, leaving.signal)))
    await eventually(calls, (known) => known.some(({ tokensSent }) => tokensSent > 2), 20_000)
    leaving.abort()
    await expect(reading).rejects.toMatchObject({ code: 'caller-gone' })
    const spans = await spansOf(1)
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(['caller-gone', 'caller-gone'])
    expect(spans.map(({ status }) => status.code)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET])
  })

  it('whose reader stops reading says so as well', async () => {
    const { services } = await models.modelThat({ text: 'Few words. '.repeat(250), tokensPerSecond: 50 })
    await asked(async () => {
      for await (const { kind } of begin(services)) if (kind === 'text') break
    })
    const spans = await spansOf(1)
    expect(spans.map(({ attributes }) => attributes['error.type'])).toEqual(['caller-gone', 'caller-gone'])
  })

  it('that was not let in is a span without attempts', async () => {
    const { services } = await models.modelThat({ text: 'Mail.' })
    const one = { ...review, ceiling: 1_000_000_000 }
    await expect(asked(() => wholeReply(begin(services, new AbortController().signal, one)))).rejects.toMatchObject({
      code: 'ai-call-too-large',
    })
    const [call] = await spansOf(0)
    expect(call.attributes['error.type']).toBe('ai-call-too-large')
  })

  it('that is answered with a kept answer says so, and counts no tokens', async () => {
    const { services } = await models.modelThat({ text: '# Mail' })
    const ask = () => asked(() => wholeReply(begin(services, new AbortController().signal, documentation)))
    await ask()
    exporter.reset()
    await ask()
    const [call] = await spansOf(0)
    expect(call.parentSpanContext?.spanId).toBe(callerSpanId)
    expect(call.attributes).toMatchObject({ 'theone.ai.cached': true, 'gen_ai.usage.output_tokens': 0 })
  })

  it('of a caller whose trace is not sampled is not collected', async () => {
    const { services } = await models.modelThat({ text: 'Mail.' })
    await asked(() => wholeReply(begin(services)), '00')
    expect(exporter.getFinishedSpans()).toEqual([])
  })
})
