import { afterEach, describe, expect, it } from 'vitest'
import { json, never, type Reply, reset, startPeerServer } from '../../../test/support/peer-server.ts'
import { type Answer, type StreamEvent, createGateway, sharedGateway } from '../src/gateway.ts'
import { GatewayError } from '../src/gateway-error.ts'

const input = { repository: { name: 'northwind/storefront' }, sources: [{ id: 'a.ts', text: 'export const a = 1' }] }
const answer: Answer<string> = {
  callId: 'call-1',
  feature: 'code-review-narrative',
  promptVersion: '1',
  answer: 'It is in good order.',
  model: 'embedded',
  label: 'From the sources alone',
  isRepaired: false,
  isCached: false,
  isComplete: true,
  audience: 'client',
  usage: { promptTokens: 12, answerTokens: 5, isEstimated: true },
}
const problem = (status: number, code: string, more: object = {}) => ({
  type: `urn:theonestack:problem:${code}`,
  title: 'A title',
  status,
  detail: 'A detail.',
  correlationId: 'corr-1',
  ...more,
})

let close: (() => Promise<void>) | undefined
afterEach(async () => close?.())
const gatewayBefore = async (...replies: readonly Reply[]) => {
  const server = await startPeerServer(...replies)
  close = server.close
  const key = () => 'tik_test_key'
  return { server, gateway: createGateway({ url: `${server.baseUrl}/api/`, key, timeoutMs: 20_000 }) }
}
const failureOf = async (work: Promise<unknown>): Promise<GatewayError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof GatewayError) return error
  throw new Error('It did not fail as a gateway does.', { cause: error })
}

describe('a question to a feature', () => {
  it('goes to its address with the key, the input and the user, and comes back whole', async () => {
    const { gateway, server } = await gatewayBefore(json(200, answer))
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await expect(gateway.ask('code-review-narrative', input, { userId: 'user-1', traceparent })).resolves.toEqual(
      answer,
    )
    const [{ method, url, headers, body } = { headers: {}, body: '' }] = server.requests
    expect([method, url, JSON.parse(body)]).toEqual([
      'POST',
      '/api/ai/features/code-review-narrative',
      { input, userId: 'user-1' },
    ])
    expect(headers).toMatchObject({ 'x-integration-key': 'tik_test_key', traceparent, accept: 'application/json' })
  })

  it('asks for an answer that was not made earlier, where it is told to', async () => {
    const { gateway, server } = await gatewayBefore(json(200, answer))
    await gateway.ask('code-review-narrative', input)
    await gateway.ask('code-review-narrative', input, { isFresh: true })
    expect(server.requests.map(({ headers }) => headers['cache-control'] === 'no-cache')).toEqual([false, true])
  })

  it.each([429, 503])('is asked again after as long as the gateway says when it answers %i', async (status) => {
    const { gateway, server } = await gatewayBefore(
      json(status, problem(status, 'ai-busy', { retryAfterSeconds: 0 })),
      json(200, answer),
    )
    await expect(gateway.ask('code-review-narrative', input)).resolves.toEqual(answer)
    expect(server.requests).toHaveLength(2)
  })

  it('is not held back beyond its time: a gateway that says to come back later than that is an error at once', async () => {
    const { gateway, server } = await gatewayBefore(
      json(429, problem(429, 'ai-limit-reached', { retryAfterSeconds: 3_600 })),
    )
    const { failure, problem: told } = await failureOf(gateway.ask('code-review-narrative', input))
    expect([failure, told?.code, told?.retryAfterSeconds, server.requests.length]).toEqual([
      'refused',
      'ai-limit-reached',
      3_600,
      1,
    ])
  })

  it.each([400, 401, 402, 422, 502])(
    'is not asked again when the gateway answers %i, and the error has its problem',
    async (status) => {
      const errors = [{ path: 'body.input', message: 'is missing' }]
      const { gateway, server } = await gatewayBefore(json(status, problem(status, 'validation-failed', { errors })))
      const error = await failureOf(gateway.ask('code-review-narrative', input))
      expect(error.problem).toEqual({
        code: 'validation-failed',
        status,
        title: 'A title',
        detail: 'A detail.',
        correlationId: 'corr-1',
        errors,
      })
      expect(server.requests).toHaveLength(1)
    },
  )

  it('is asked again when the connection breaks, and gives up after that', async () => {
    const { gateway, server } = await gatewayBefore(reset, json(200, answer))
    await expect(gateway.ask('code-review-narrative', input)).resolves.toEqual(answer)
    server.answerWith(reset)
    expect((await failureOf(gateway.ask('code-review-narrative', input))).failure).toBe('unreachable')
    expect(server.requests).toHaveLength(5)
  })

  it('to something that is no gateway says so', async () => {
    const { gateway } = await gatewayBefore((response) => void response.writeHead(404).end('<h1>Not found</h1>'))
    const { failure, message } = await failureOf(gateway.ask('code-review-narrative', input))
    expect([failure, message.includes('AI_GATEWAY_URL')]).toEqual(['unreadable', true])
  })

  it('is not sent on to where a redirect leads, neither the question nor the key', async () => {
    const elsewhere = await startPeerServer(json(200, answer))
    const { gateway } = await gatewayBefore(
      (response) => void response.writeHead(307, { location: `${elsewhere.baseUrl}/api` }).end(),
    )
    const { failure } = await failureOf(gateway.ask('code-review-narrative', input))
    expect([failure, elsewhere.requests]).toEqual(['unreachable', []])
    await elsewhere.close()
  })

  it('that takes too long ends with its time, and at the gateway as well', async () => {
    const ended = Promise.withResolvers<void>()
    const { server } = await gatewayBefore((response) => void response.once('close', ended.resolve))
    const patient = createGateway({ url: `${server.baseUrl}/api`, key: 'tik_test_key', timeoutMs: 3_600_000 })
    const { failure } = await failureOf(patient.ask('code-review-narrative', input, { timeoutMs: 300 }))
    expect(failure).toBe('timeout')
    await ended.promise
  }, 20_000)

  it('that nobody waits for any more ends with the reason of the signal', async () => {
    const { gateway, server } = await gatewayBefore(never)
    const leaving = new AbortController()
    const asked = gateway.ask('code-review-narrative', input, { signal: leaving.signal })
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    leaving.abort(new Error('The page was closed.'))
    await expect(asked).rejects.toThrow('The page was closed.')
    expect(server.requests).toHaveLength(1)
  })
})

const stream =
  (...frames: readonly string[]): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const text of frames) response.write(text)
    response.end()
  }
const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
const textOf = async (events: AsyncIterable<StreamEvent<string>>) => {
  const seen: StreamEvent<string>[] = []
  for await (const event of events) seen.push(event)
  return seen
}

describe('a streamed answer', () => {
  it('comes in pieces, however they are cut, with the whole answer last', async () => {
    const bytes = Buffer.from(
      `: hello\n\n${frame('progress', { stage: 'asking' })}${frame('text', { text: 'Grüße ☃' })}${frame('done', answer)}`,
    )
    const { gateway, server } = await gatewayBefore((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const byte of bytes) response.write(Buffer.of(byte))
      response.end()
    })
    await expect(textOf(gateway.stream('code-review-narrative', input))).resolves.toEqual([
      { kind: 'progress', stage: 'asking' },
      { kind: 'text', text: 'Grüße ☃' },
      { kind: 'done', answer },
    ])
    expect(server.requests[0]?.headers.accept).toBe('text/event-stream')
  })

  it.each([
    ['without its last event', stream(frame('text', { text: 'It is' })), 'unreachable'],
    ['with an error', stream(frame('error', problem(504, 'model-timeout'))), 'refused'],
    ['in something that is no JSON', stream('event: text\ndata: {"text"\n\n'), 'unreachable'],
  ])('that ends %s is an error', async (_, reply, expected) => {
    const { gateway } = await gatewayBefore(reply)
    expect((await failureOf(textOf(gateway.stream('code-review-narrative', input)))).failure).toBe(expected)
  })

  it('that is broken off is an error, after the pieces that came', async () => {
    const { gateway } = await gatewayBefore((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(frame('text', { text: 'It is' }), () => response.socket?.resetAndDestroy())
    })
    const seen: string[] = []
    const read = async (): Promise<void> => {
      for await (const { kind } of gateway.stream('code-review-narrative', input)) seen.push(kind)
    }
    expect((await failureOf(read())).failure).toBe('unreachable')
    expect(seen).toEqual(['text'])
  })

  it('that nobody reads on ends at the gateway', async () => {
    const ended = Promise.withResolvers<void>()
    const { gateway } = await gatewayBefore((response) => {
      response.once('close', ended.resolve)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(frame('text', { text: 'It is' }))
    })
    for await (const event of gateway.stream('code-review-narrative', input)) {
      expect(event.kind).toBe('text')
      break
    }
    await ended.promise
  })

  it('whose reader leaves ends with the reason of the signal', async () => {
    const { gateway } = await gatewayBefore((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(frame('text', { text: 'It is' }))
    })
    const leaving = new AbortController()
    const read = async (): Promise<void> => {
      for await (const _ of gateway.stream('code-review-narrative', input, { signal: leaving.signal }))
        leaving.abort(new Error('The page was closed.'))
    }
    await expect(read()).rejects.toThrow('The page was closed.')
  })
})

describe('the shared gateway', () => {
  it('names the setting that is missing, and is one for the process', () => {
    expect(() => sharedGateway({ AI_GATEWAY_URL: '' })).toThrow('AI_GATEWAY_URL is missing')
    const settings = { AI_GATEWAY_URL: 'https://ai.example/api', AI_GATEWAY_KEY: 'tik_test_key' }
    expect(sharedGateway(settings)).toBe(sharedGateway(settings))
  })
})
