// The real `openai` package against the stand-in: Azure's dated API, its v1 API, and a plain endpoint.
import OpenAI, { APIUserAbortError, AzureOpenAI, BadRequestError, RateLimitError } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startModels } from '../../../local/models/models.ts'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import { createModelControl, newDeployment } from './model-control.ts'

let models: RunningStandIn
let control: ReturnType<typeof createModelControl>
let azure: AzureOpenAI
let plain: OpenAI
beforeAll(async () => {
  models = await startModels({ port: 0 })
  control = createModelControl(models.url)
  azure = new AzureOpenAI({ endpoint: models.url, apiKey: 'any', apiVersion: '2024-10-21', maxRetries: 0 })
  plain = new OpenAI({ baseURL: `${models.url}/openai/v1`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => models.close())

const question = { role: 'user', content: 'How are you?' } as const

describe.each([
  ['AzureOpenAI', () => azure],
  ['OpenAI', () => plain],
])('%s', (_, client) => {
  const ask = (model: string, more: object = {}) =>
    client().chat.completions.create({
      model,
      messages: [question],
      ...more,
    } as never) as Promise<OpenAI.ChatCompletion>

  it('has a whole answer with its usage', async () => {
    const model = newDeployment()
    const { choices, usage } = await ask(model)
    expect([choices[0]?.message.content, choices[0]?.finish_reason]).toEqual([
      'This is an answer to a question of 12 characters.',
      'stop',
    ])
    expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 13, total_tokens: 16 })
  })

  it('puts a stream together with its own helper, filter results, usage and split bytes among it', async () => {
    const model = newDeployment()
    await control.order(model, {
      usual: { text: 'Grüße 👩‍🚀 an alle', bytewise: true, crlf: true, pings: true, unknownEvents: true },
    })
    const stream = client().chat.completions.stream({
      model,
      messages: [question],
      stream_options: { include_usage: true },
    })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } })
    const { choices } = await stream.finalChatCompletion()
    expect([choices[0]?.message.content, choices[0]?.finish_reason]).toEqual(['Grüße 👩‍🚀 an alle', 'stop'])
  })

  it('leaves in the middle of a stream, which is recorded with what had been sent', async () => {
    const model = newDeployment()
    await control.order(model, { usual: { text: 'x'.repeat(400), tokensPerSecond: 50 } })
    const stream = await client().chat.completions.create({ model, messages: [question], stream: true })
    for await (const { choices } of stream) if (choices[0]?.delta.content) stream.controller.abort()
    const [call] = await control.endedCalls(model)
    expect(call).toMatchObject({ outcome: 'aborted', deployment: model })
    expect(call?.tokensSent).toBeLessThan(100)
  })

  it('leaves before the headers', async () => {
    const model = newDeployment()
    await control.order(model, { usual: { fault: 'stall-before-headers' } })
    const leaving = new AbortController()
    const answer = client().chat.completions.create({ model, messages: [question] }, { signal: leaving.signal })
    setTimeout(() => leaving.abort(), 50)
    await expect(answer).rejects.toBeInstanceOf(APIUserAbortError)
    expect(await control.endedCalls(model)).toMatchObject([{ outcome: 'aborted', tokensSent: 0 }])
  })

  it('is told of a limit with its headers', async () => {
    const model = newDeployment()
    await control.order(model, {
      next: [{ fault: 'status', status: 429, headers: { 'retry-after-ms': '1500', 'retry-after': '2' } }],
    })
    const error = await ask(model).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RateLimitError)
    expect((error as RateLimitError).headers?.get('retry-after-ms')).toBe('1500')
  })

  it('is told that the filter refused the prompt', async () => {
    const model = newDeployment()
    await control.order(model, { next: [{ fault: 'prompt-filtered' }] })
    const error = await ask(model).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BadRequestError)
    expect((error as BadRequestError).code).toBe('content_filter')
  })

  it('has JSON of the schema that it asks for, which must be one that a strict answer may have', async () => {
    const model = newDeployment()
    const schema = {
      type: 'object',
      properties: { category: { enum: ['network', 'mail'] }, urgent: { type: 'boolean' } },
      required: ['category', 'urgent'],
      additionalProperties: false,
    }
    const format = (given: object) => ({
      response_format: { type: 'json_schema', json_schema: { name: 'triage', strict: true, schema: given } },
    })
    const { choices } = await ask(model, format(schema))
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ category: 'network', urgent: false })
    await expect(ask(model, format({ ...schema, required: ['category'] }))).rejects.toThrow(
      "'required' must include 'urgent'",
    )
  })

  it('has a recording transcribed', async () => {
    const file = new File([new Uint8Array(1_000)], 'call.wav')
    const { text } = await client().audio.transcriptions.create({ model: newDeployment(), file })
    expect(text).toBe('A recording of 1000 bytes.')
  })

  it('has vectors of a text', async () => {
    const { data } = await client().embeddings.create({ model: newDeployment(), input: ['one', 'one', 'two'] })
    expect(data[0]?.embedding).toEqual(data[1]?.embedding)
    expect(data[0]?.embedding).not.toEqual(data[2]?.embedding)
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 3)
  })
})

describe('the stand-in', () => {
  it('does what the question says when it is told to', async () => {
    const model = newDeployment()
    await control.order(model, { usual: { obeys: 'question' } })
    const { choices } = await plain.chat.completions.create({
      model,
      messages: [{ role: 'system', content: 'Be kind.' }, question],
    })
    expect(choices[0]?.message.content).toBe('How are you?')
  })

  it('asks for a key and for an API version', async () => {
    const body = JSON.stringify({ messages: [question] })
    const post = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${models.url}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      })
    expect((await post('/v1/chat/completions')).status).toBe(401)
    expect((await post('/openai/deployments/x/chat/completions', { 'api-key': 'any' })).status).toBe(404)
  })
})
