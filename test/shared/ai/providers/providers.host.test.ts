// Calls to models over every wire, against the stand-in and all its faults.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wholeAnswer } from '../../../../shared/ai/providers/provider.ts'
import { type LogSink, runWithLogSink } from '../../../../shared/telemetry/log.ts'
import type { Ordered } from '../../../local/models/model-control.ts'
import { type Stage, callOf, failureOf, partsOf, startStage, wireNames } from './model-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.close())

const answerText = 'Grüße 👩‍🚀 an alle, und 中文'

describe.each(wireNames)('a model over %s', (wire) => {
  const ask = async (behaviours: readonly Ordered[], more: Parameters<typeof callOf>[0] = {}, options: object = {}) => {
    const deployment = await stage.deploymentOf(wire, ...behaviours)
    const { call, uses, leave } = callOf(more)
    return { deployment, uses, leave, answer: stage.modelsOf([deployment.id], options).call('fast', call) }
  }

  it('answers part by part, and says at the end what it used', async () => {
    const { answer, uses, deployment } = await ask([{ text: answerText }])
    const parts = await partsOf(answer)
    const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.join('')).toBe(answerText)
    const usage = { promptTokens: 6, cachedTokens: 0, answerTokens: texts.length, reasoningTokens: 0, estimated: false }
    expect(parts.at(-1)).toEqual({
      kind: 'end',
      result: {
        text: answerText,
        finish: 'complete',
        usage,
        provider: wire,
        deployment: deployment.name,
        model: deployment.name,
        filters: [],
        attempts: 1,
        firstPartMs: expect.any(Number),
      },
    })
    expect(uses).toEqual([
      { provider: wire, deployment: deployment.name, model: deployment.name, outcome: 'complete', usage },
    ])
  })

  it.each<[string, Ordered]>([
    ['bytes that are split within characters', { bytewise: true }],
    ['lines that end in CRLF', { crlf: true }],
    ['pings and comments', { pings: true }],
    ['events that nobody knows', { unknownEvents: true }],
    ['a block of thinking', { thinks: true }],
    ['all of that', { bytewise: true, crlf: true, pings: true, unknownEvents: true, thinks: true }],
  ])('is read right with %s', async (_, behaviour) => {
    const { answer } = await ask([{ text: answerText, ...behaviour }])
    expect(await wholeAnswer(answer)).toMatchObject({ text: answerText, finish: 'complete' })
  })

  it('tells the model that answered from the one that was asked', async () => {
    const { answer } = await ask([{ model: 'another-model' }])
    expect((await wholeAnswer(answer)).model).toBe('another-model')
  })

  it('counts by the bytes when it does not say what it used', async () => {
    const { answer } = await ask([{ text: 'x'.repeat(30), withoutUsage: true }])
    expect((await wholeAnswer(answer)).usage).toMatchObject({ answerTokens: 10, estimated: true })
  })

  it.each<[string, unknown, unknown]>([
    ['is negative', -5, -5],
    ['is no number', 'abc', 'abc'],
    ['is a broken number', 6.5, 10.5],
    ['is nothing, of a prompt that was sent and an answer that came', 0, 0],
    ['is more than can be counted', 1e300, 1e300],
  ])('counts by the bytes when what it says it used %s', async (_, prompt, said) => {
    const { answer } = await ask([{ text: 'x'.repeat(30), claims: { prompt, answer: said } }])
    expect((await wholeAnswer(answer)).usage).toMatchObject({ promptTokens: 7, answerTokens: 10, estimated: true })
  })

  it('says that the ceiling was reached', async () => {
    const { answer } = await ask([{ text: 'x'.repeat(100) }], { ceiling: 5 })
    expect(await wholeAnswer(answer)).toMatchObject({ finish: 'ceiling', usage: { answerTokens: 5 } })
  })

  it('says that it declined', async () => {
    const { answer } = await ask([{ fault: 'declined' }])
    expect(await wholeAnswer(answer)).toMatchObject({ finish: 'declined', text: '' })
  })

  it('is sent the schema in the form of its wire, and answers with JSON', async () => {
    const schema = {
      type: 'object',
      properties: { title: { type: 'string', maxLength: 80 }, note: { type: 'string' } },
      required: ['title'],
      additionalProperties: false,
    }
    const { answer } = await ask([{}], { output: { name: 'ticket', schema } })
    expect(JSON.parse((await wholeAnswer(answer)).text)).toMatchObject({ title: 'text' })
  })

  it('is told the schema in words where it takes none', async () => {
    const output = { name: 'ticket', schema: { type: 'object', properties: { note: { type: 'string' } } } }
    const { answer, deployment } = await ask([{ text: '{}' }], { output }, { more: { schemas: false } })
    await wholeAnswer(answer)
    const [call] = await stage.control.calls(deployment.name)
    expect(JSON.stringify(call?.body)).toContain('fits this JSON schema')
    expect(call?.body).not.toHaveProperty('response_format')
  })

  it.each<[string, Ordered, string, string]>([
    ['its filter refuses the question', { fault: 'prompt-filtered' }, 'prompt-filtered', 'refused'],
    [
      'it does not know the deployment',
      { fault: 'status', status: 404, code: 'DeploymentNotFound' },
      'model-refused',
      'refused',
    ],
    [
      'the question is too long',
      { fault: 'status', status: 400, code: 'context_length_exceeded' },
      'prompt-too-long',
      'refused',
    ],
    ['it refuses the credential', { fault: 'status', status: 403 }, 'model-unauthorized', 'refused'],
    ['it refuses the request', { fault: 'status', status: 400 }, 'model-refused', 'refused'],
  ])('fails at once when %s', async (_, behaviour, code, outcome) => {
    const { answer, uses, deployment } = await ask([behaviour])
    const { error } = await failureOf(answer)
    expect(error).toMatchObject({ name: 'AppError', code, details: { attempts: 1 } })
    expect(uses).toMatchObject([{ outcome, usage: { promptTokens: 0, answerTokens: 0 } }])
    expect(await stage.control.calls(deployment.name)).toHaveLength(1)
  })

  it.each<[string, Ordered]>([
    ['a 429', { fault: 'status', status: 429 }],
    ['a 500', { fault: 'status', status: 500 }],
    ['a 529', { fault: 'status', status: 529 }],
    ['a page of a gateway', { fault: 'html', status: 502 }],
    ['an end before the first word', { fault: 'cut', at: 0 }],
    ['a broken connection before the first word', { fault: 'reset', at: 0 }],
    ['an error before the first word', { fault: 'error', at: 0 }],
    ['a part that is no JSON before the first word', { fault: 'malformed', at: 0 }],
  ])('is asked again after %s', async (_, behaviour) => {
    const { answer } = await ask([behaviour, { text: answerText }])
    expect(await wholeAnswer(answer)).toMatchObject({ text: answerText, attempts: 2 })
  })

  it.each<[string, Ordered]>([
    ['ends without its end marker', { fault: 'cut', at: 2 }],
    ['breaks off', { fault: 'reset', at: 2 }],
    ['reports an error', { fault: 'error', at: 2 }],
    ['has a part that is no JSON', { fault: 'malformed', at: 2 }],
  ])('is never taken for whole, nor asked again, when its answer %s after some words', async (_, behaviour) => {
    const { answer, uses, deployment } = await ask([{ text: 'x'.repeat(40), ...behaviour }])
    const { error, texts } = await failureOf(answer)
    expect([texts.join(''), error]).toEqual(['xxxxxxxx', expect.objectContaining({ code: 'model-cut-off' })])
    expect(uses).toMatchObject([{ outcome: 'cut-off', usage: { answerTokens: 3, estimated: true } }])
    expect(await stage.control.calls(deployment.name)).toHaveLength(1)
  })

  it('gives up an answer that goes on far beyond its ceiling, and keeps no more of it', async () => {
    const { answer, uses, deployment } = await ask([{ text: 'x'.repeat(90_000), charactersPerToken: 1_000 }], {
      ceiling: 100,
    })
    const { error, texts } = await failureOf(answer)
    expect(error).toMatchObject({ code: 'model-cut-off' })
    expect(texts.join('').length).toBe(4_000)
    expect(uses).toMatchObject([{ outcome: 'cut-off', usage: { answerTokens: 1_334, estimated: true } }])
    expect(await stage.control.calls(deployment.name)).toHaveLength(1)
  })

  it('takes an answer of long words up to its ceiling', async () => {
    const text = 'x'.repeat(16_000)
    const { answer } = await ask([{ text, charactersPerToken: 16 }], { ceiling: 1_000 })
    expect((await wholeAnswer(answer)).text).toBe(text)
  })

  it('gives up an answer that stands still, and lets go of it', async () => {
    const { answer, deployment } = await ask(
      [{ text: 'x'.repeat(40), fault: 'stall', at: 2 }],
      {},
      { more: { idleMs: 300 } },
    )
    const { error, texts } = await failureOf(answer)
    expect([texts.length, error]).toEqual([2, expect.objectContaining({ code: 'model-timeout' })])
    expect(await stage.control.endedCalls(deployment.name)).toMatchObject([{ outcome: 'aborted' }])
  })

  it.each<[string, Ordered]>([
    ['before the headers', { fault: 'stall-before-headers' }],
    ['before the first word', { fault: 'stall', at: 0 }],
  ])('gives up one that is silent %s', async (_, behaviour) => {
    const { answer } = await ask([behaviour], {}, { more: { firstByteMs: 300, idleMs: 300 } })
    expect((await failureOf(answer)).error).toMatchObject({ code: 'model-timeout' })
  })

  it('keeps to the time of the caller, whatever happens', async () => {
    const { answer } = await ask([{ text: 'x'.repeat(4_000), tokensPerSecond: 20 }], { deadlineMs: 400 })
    expect((await failureOf(answer)).error).toMatchObject({ code: 'model-timeout' })
  })

  it.each<[string, Ordered]>([
    ['before the headers', { fault: 'stall-before-headers' }],
    ['between two words', { text: 'x'.repeat(4_000), tokensPerSecond: 20 }],
    ['while nothing comes', { text: 'x'.repeat(40), fault: 'stall', at: 2 }],
  ])('is let go of within 100 ms when the caller leaves %s', async (_, behaviour) => {
    const tries: number[] = []
    // A busy machine adds to the time of a try, never to that of all.
    while (Math.min(...tries) >= 100 && tries.length < 6) {
      const { answer, uses, leave, deployment } = await ask([behaviour])
      const failed = failureOf(answer)
      await sleep(300)
      const leftAt = Date.now()
      leave()
      expect((await failed).error).toMatchObject({ code: 'caller-gone' })
      expect(uses).toMatchObject([
        { outcome: 'cancelled', usage: { promptTokens: expect.any(Number), estimated: true } },
      ])
      const [call] = await stage.control.endedCalls(deployment.name)
      expect(call?.outcome).toBe('aborted')
      tries.push((call?.endedAt ?? Infinity) - leftAt)
    }
    expect(Math.min(...tries)).toBeLessThan(100)
  })

  it('is let go of when whoever reads the parts stops reading', async () => {
    const { answer, uses, deployment } = await ask([{ text: 'x'.repeat(4_000), tokensPerSecond: 20 }])
    for await (const part of answer) if (part.kind === 'text') break
    expect(await stage.control.endedCalls(deployment.name)).toMatchObject([{ outcome: 'aborted' }])
    expect(uses).toMatchObject([{ outcome: 'cancelled', usage: { estimated: true } }])
  })

  it('is asked once more, with the newer key, when it refuses a key', async () => {
    const { answer } = await ask([{ fault: 'status', status: 401 }, { text: 'Yes.' }], {}, { keys: ['old', 'new'] })
    expect(await wholeAnswer(answer)).toMatchObject({ text: 'Yes.', attempts: 2 })
  })

  it('leaves nothing of question and answer in the log', async () => {
    const lines: string[] = []
    const sink: LogSink = (_, line) => void lines.push(line)
    await runWithLogSink(sink, async () => {
      const { answer } = await ask([{ fault: 'status', status: 500 }, { text: 'the hidden answer' }], {
        messages: [{ role: 'user', content: 'the hidden question' }],
      })
      await wholeAnswer(answer)
    })
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'gen_ai.client.operation',
      'gen_ai.client.operation',
    ])
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.output_tokens': 5,
    })
    expect(lines.join('')).not.toContain('hidden')
  })
})

describe('a model of Azure', () => {
  it('is told of what its filter found late, and takes back what was shown', async () => {
    const { id } = await stage.deploymentOf('azure', { text: 'Something bad.', fault: 'late-filter' })
    const parts = await partsOf(stage.modelsOf([id]).call('fast', callOf().call))
    expect(parts.slice(-2)).toMatchObject([
      { kind: 'retract' },
      {
        kind: 'end',
        result: { finish: 'filtered', filters: [{ of: 'answer', category: 'hate', severity: 'high', filtered: true }] },
      },
    ])
  })

  it('says that its filter cut the answer off', async () => {
    const { id } = await stage.deploymentOf('azure', { text: 'x'.repeat(40), fault: 'answer-filtered', at: 2 })
    const result = await wholeAnswer(stage.modelsOf([id]).call('fast', callOf().call))
    expect(result).toMatchObject({ finish: 'filtered', text: 'xxxxxxxx' })
  })

  it('is asked by its dated API, and over /v1 without a version', async () => {
    const [dated, plain] = [await stage.deploymentOf('azure', {}), await stage.deploymentOf('openai', {})]
    for (const { id } of [dated, plain]) await wholeAnswer(stage.modelsOf([id]).call('fast', callOf().call))
    expect([...(await stage.control.calls(dated.name)), ...(await stage.control.calls(plain.name))]).toMatchObject([
      { path: `/openai/deployments/${dated.name}/chat/completions`, headers: { credential: 'api-key' } },
      { path: '/v1/chat/completions', headers: { credential: 'bearer' } },
    ])
  })
})
