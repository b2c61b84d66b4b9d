// The SDK of OpenAI at our door, unchanged.
import OpenAI, {
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  UnprocessableEntityError,
} from 'openai'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { aiCallTable } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { identity, newTenantId, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const tenantId = newTenantId()
const clientFor = async (of: string): Promise<OpenAI> => {
  const scopes = ['ai:completions:use'] as const
  const apiKey = await createIntegrationKey(store, {
    environment: 'test',
    tenantId: of,
    integration: 'code→ai',
    scopes,
    now: new Date(),
  })
  return new OpenAI({ baseURL: `${urls.functions}/api/ai/v1`, apiKey, maxRetries: 0 })
}

let client: OpenAI
beforeAll(async () => {
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
  client = await clientFor(tenantId)
})

const messages = [
  { role: 'system' as const, content: 'Be short.' },
  { role: 'user' as const, content: 'The backup of server SRV-1 failed twice. The disk is full. Please summarize.' },
]

describe('the OpenAI SDK', () => {
  it('gets an answer, with what it used and where it comes from', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'fast', messages, user: 'user-1' })
      .withResponse()
    expect(data).toMatchObject({ object: 'chat.completion', model: 'fast', choices: [{ finish_reason: 'stop' }] })
    expect(data.choices[0]?.message.content).toContain('backup')
    expect(data.usage?.total_tokens).toBe((data.usage?.prompt_tokens ?? 0) + (data.usage?.completion_tokens ?? 0))
    expect(Number(response.headers.get('x-ratelimit-remaining-requests'))).toBeGreaterThan(0)
    expect([data.system_fingerprint, response.headers.get('x-answered-by')]).toEqual(['embedded', 'embedded'])
    expect(data.choices[0]?.message.content).not.toContain('summarize')
  })

  it('gets no more tokens than it asks for, and is told that there was more', async () => {
    const { choices, usage } = await client.chat.completions.create({ model: 'fast', messages, max_tokens: 1 })
    expect(choices[0]?.finish_reason).toBe('length')
    expect(usage?.completion_tokens).toBe(1)
  })

  it('asks on behalf of the user whom it names: by the tier of that user, who has the call in the ledger', async () => {
    const of = newTenantId()
    const hub = hubControl(urls.hub, of)
    await hub.putOrganization({ aiTier: null })
    await hub.putUser('user-7', { aiTier: 'ai-basic' }, { publish: false })
    const own = await clientFor(of)
    await own.chat.completions.create({ model: 'fast', messages, user: 'user-7' })
    const { call } = store.open(aiCallTable)
    const { rows } = await eventually(
      () => call.list({ tenantId: of }, { limit: 10 }),
      (page) => page.rows.length > 0,
      20_000,
    )
    expect(rows.map(({ value }) => value)).toMatchObject([{ userId: 'user-7', tier: 'ai-basic' }])
    const nobody = own.chat.completions.create({ model: 'fast', messages })
    await expect(nobody).rejects.toMatchObject({ status: 402 })
  })

  it('gets nothing quoted of a message that only asks', async () => {
    const asked = [{ role: 'user' as const, content: 'Summarize.' }]
    const { choices } = await client.chat.completions.create({ model: 'fast', messages: asked })
    expect(choices[0]?.message.content).toMatch(/^There is no answer/)
  })

  it('streams one, with the helper that puts it together', async () => {
    const stream = client.chat.completions.stream({
      model: 'claude-sonnet-4-5',
      messages,
      stream_options: { include_usage: true },
    })
    let text = ''
    stream.on('content', (delta) => {
      text += delta
    })
    const whole = await stream.finalChatCompletion()
    expect(whole.choices[0]?.message.content).toBe(text)
    expect(text).toContain('backup')
    expect(whole.usage?.total_tokens).toBe((whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0))
  })

  it('is told by a status that it does not repeat that JSON needs a model, before a stream begins', async () => {
    const format = { type: 'json_object' } as const
    for (const stream of [false, true]) {
      const refused = await client.chat.completions
        .create({ model: 'fast', messages, stream, response_format: format })
        .catch((error: unknown) => error)
      if (!(refused instanceof UnprocessableEntityError)) throw new Error('It was not refused.', { cause: refused })
      expect([refused.code, refused.message]).toEqual(['model-missing', expect.stringContaining('AI_MODELS')])
    }
  })

  it('lists the models', async () => {
    const { data } = await client.models.list()
    expect(data.map(({ id }) => id)).toEqual(['fast', 'deep', 'claude-sonnet-4-5'])
  })

  it('reads one of them, and is told of another that there is no such model', async () => {
    expect(await client.models.retrieve('deep')).toMatchObject({ id: 'deep', object: 'model' })
    for (const name of ['gpt-5', 'toString'])
      await expect(client.models.retrieve(name)).rejects.toThrow(
        '404 There is no such model. Ask for fast, deep, claude-sonnet-4-5.',
      )
  })

  it('is told what there is where it asks for what there is not', async () => {
    const asked = [
      client.responses.create({ model: 'fast', input: 'Hello' }),
      client.embeddings.create({ model: 'fast', input: 'Hello' }),
      client.completions.create({ model: 'fast', prompt: 'Hello' }),
    ]
    for (const { reason } of (await Promise.allSettled(asked)) as readonly PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(NotFoundError)
      expect((reason as NotFoundError).message).toContain('Ask chat.completions instead')
    }
  })

  it('throws its own errors, which name what is wrong', async () => {
    const wrongKey = new OpenAI({ baseURL: `${urls.functions}/api/ai/v1`, apiKey: 'tik_test_wrong', maxRetries: 0 })
    const wrong = wrongKey.chat.completions.create({ model: 'fast', messages })
    await expect(wrong).rejects.toThrow(AuthenticationError)
    await expect(wrong).rejects.toThrow('The integration key in Authorization: Bearer is not valid')
    await expect(client.chat.completions.create({ model: 'gpt-5', messages })).rejects.toThrow(NotFoundError)
    const tools = [{ type: 'function' as const, function: { name: 'f' } }]
    const refused = await client.chat.completions
      .create({ model: 'fast', messages, tools })
      .catch((error: unknown) => error)
    if (!(refused instanceof BadRequestError)) throw new Error('It was not refused.', { cause: refused })
    expect([refused.param, refused.message]).toEqual(['tools', expect.stringContaining('no tools here')])
    for (const stream of [false, true])
      await expect(client.chat.completions.create({ model: 'fast', messages, n: 2, stream })).rejects.toThrow(
        BadRequestError,
      )
  })

  it('is told of an image that there are none here, and of too many stop words how many there may be', async () => {
    const content = [{ type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } }]
    await expect(
      client.chat.completions.create({ model: 'fast', messages: [{ role: 'user', content }] }),
    ).rejects.toThrow('no images')
    const stop = ['a', 'b', 'c', 'd', 'e']
    await expect(client.chat.completions.create({ model: 'fast', messages, stop })).rejects.toThrow('at most 4 items')
    const format = { type: 'json_schema', json_schema: { name: 'x' } } as const
    await expect(client.chat.completions.create({ model: 'fast', messages, response_format: format })).rejects.toThrow(
      'response_format.json_schema.schema is missing',
    )
  })

  it.each([
    ['{"model":"fast"', 'application/json', 400, 'malformed-request'],
    ['{"model":"fast","model":"deep"}', 'application/json', 400, 'malformed-request'],
    ['model=fast', 'text/plain', 415, 'unsupported-media-type'],
    [`{"model":"${'x'.repeat(2_100_000)}"}`, 'application/json', 413, 'body-too-large'],
  ])('is refused in the form of its API for a body that cannot be read: %.20s', async (body, type, status, code) => {
    const response = await fetch(`${urls.functions}/api/ai/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.apiKey}`, 'content-type': type },
      body,
    })
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }])
  })

  it('is told that the organization has opted out, or has no tier', async () => {
    const out = newTenantId()
    const hub = hubControl(urls.hub, out)
    await hub.putOrganization({ aiTier: 'ai-pro' })
    const admin = await signIn(urls, identity({ tenantId: out, role: 'admin', product: 'code' }))
    const { revision } = (await (await admin.fetch('/api/code/settings')).json()) as { revision: string }
    await admin.send('PUT', '/api/code/settings', { revision, settings: { aiOptOut: true } })
    const own = await clientFor(out)
    await expect(own.chat.completions.create({ model: 'fast', messages })).rejects.toThrow(PermissionDeniedError)
    const without = newTenantId()
    await hubControl(urls.hub, without).putOrganization({ aiTier: null })
    const unpaid = await (
      await clientFor(without)
    ).chat.completions
      .create({ model: 'fast', messages, stream: true })
      .catch((error: unknown) => error)
    expect(unpaid).toMatchObject({ status: 402, code: 'insufficient_quota' })
  })
})
