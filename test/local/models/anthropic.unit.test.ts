// The real `@anthropic-ai/sdk` against the stand-in.
import Anthropic, { APIUserAbortError, BadRequestError, InternalServerError, RateLimitError } from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startModels } from '../../../local/models/models.ts'
import type { RunningStandIn } from '../../../local/stand-ins/stand-in.ts'
import { createModelControl, newDeployment } from './model-control.ts'

let models: RunningStandIn
let control: ReturnType<typeof createModelControl>
let client: Anthropic
beforeAll(async () => {
  models = await startModels({ port: 0 })
  control = createModelControl(models.url)
  client = new Anthropic({ baseURL: `${models.url}/anthropic`, apiKey: 'any', maxRetries: 0 })
})
afterAll(() => models.close())

const asked = (model: string) => ({
  model,
  max_tokens: 500,
  messages: [{ role: 'user' as const, content: 'How are you?' }],
})

describe('Anthropic', () => {
  it('has a whole answer with its usage', async () => {
    const { content, stop_reason: reason, usage } = await client.messages.create(asked(newDeployment()))
    expect([content[0], reason]).toEqual([
      { type: 'text', text: 'This is an answer to a question of 12 characters.', citations: null },
      'end_turn',
    ])
    expect(usage).toMatchObject({ input_tokens: 3, output_tokens: 13 })
  })

  it('puts a stream together with its own helper, thinking, pings and split bytes among it', async () => {
    const model = newDeployment()
    await control.order(model, {
      usual: { text: 'Grüße 👩‍🚀 an alle', bytewise: true, pings: true, unknownEvents: true, thinks: true },
    })
    const stream = client.messages.stream(asked(model))
    const message = await stream.finalMessage()
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text'])
    expect(await stream.finalText()).toBe('Grüße 👩‍🚀 an alle')
    expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: expect.any(Number) })
  })

  it('leaves in the middle of a stream, which is recorded', async () => {
    const model = newDeployment()
    await control.order(model, { usual: { text: 'x'.repeat(400), tokensPerSecond: 50 } })
    const stream = client.messages.stream(asked(model))
    stream.on('text', () => stream.abort())
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError)
    expect(await control.endedCalls(model)).toMatchObject([{ outcome: 'aborted' }])
  })

  it.each([
    [429, RateLimitError],
    [529, InternalServerError],
  ])('is told of %i', async (status, type) => {
    const model = newDeployment()
    await control.order(model, { next: [{ fault: 'status', status, headers: { 'retry-after': '7' } }] })
    const error = await client.messages.create(asked(model)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(type)
    expect((error as RateLimitError).headers.get('retry-after')).toBe('7')
  })

  it('is told of a fault in the middle of a stream', async () => {
    const model = newDeployment()
    await control.order(model, { next: [{ fault: 'error', at: 2 }] })
    await expect(client.messages.stream(asked(model)).finalMessage()).rejects.toThrow('Overloaded')
  })

  it('is refused a temperature, as since the version of its wire', async () => {
    const answer = client.messages.create({ ...asked(newDeployment()), temperature: 1 } as never)
    await expect(answer).rejects.toBeInstanceOf(BadRequestError)
  })

  it('has JSON of the schema that it asks for', async () => {
    const schema = {
      type: 'object',
      properties: { urgent: { type: 'boolean' } },
      required: ['urgent'],
      additionalProperties: false,
    }
    const output = { output_config: { format: { type: 'json_schema' as const, schema } } }
    const { content } = await client.messages.create({ ...asked(newDeployment()), ...output })
    expect(content[0]).toMatchObject({ text: '{"urgent":false}' })
  })
})
