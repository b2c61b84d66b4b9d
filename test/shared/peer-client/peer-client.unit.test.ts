import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ErrorCode } from '../../../shared/error-table.ts'
import { AppError } from '../../../shared/errors.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../../shared/peer-client/peer-client.ts'
import { peerPath } from '../../../shared/peer-client/peer-path.ts'
import { peers } from '../../../shared/peers/peers.ts'
import { reading } from '../../../shared/schema/reading.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { continueTrace, runInTrace } from '../../../shared/telemetry/trace.ts'
import { type PeerServer, type Reply, json, never, reset, startPeerServer } from '../../support/peer-server.ts'

const key = 'a-key-that-must-stay-secret'
const servers: PeerServer[] = []
aroundEach((runTest) => runWithLogSink(() => {}, runTest))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const connect = async (replies: readonly Reply[], options: Partial<PeerClientOptions> = {}) => {
  const server = await startPeerServer(...replies)
  servers.push(server)
  const client = createPeerClient({
    peer: 'psa',
    baseUrl: server.baseUrl,
    key: () => key,
    retries: { max: 3, initialDelayMs: 1, maxDelayMs: 2 },
    timeouts: { attemptMs: 5_000, deadlineMs: 8_000 },
    ...options,
  })
  return { client, server }
}

const Thing = reading(z.object({ name: z.string() }))
const read = {
  operation: 'read thing',
  tenantId: 't1',
  method: 'GET',
  path: peerPath('/things/:id', { id: '1' }),
} as const
const readThing = (client: PeerClient, tenantId = 't1') => client.call({ ...read, tenantId, answers: { 200: Thing } })
const makeThing = (client: PeerClient, safety: { idempotent?: boolean; idempotencyKey?: string } = {}) =>
  client.call({
    ...read,
    ...safety,
    operation: 'make thing',
    method: 'POST',
    body: { pin: 'body-that-must-stay-secret' },
    answers: { 201: Thing },
  })

const failure = async (call: Promise<unknown>): Promise<AppError> => {
  const outcome = await call.then(
    () => new Error('the call succeeded'),
    (error: unknown) => error,
  )
  if (outcome instanceof AppError) return outcome
  throw outcome
}

describe('a request', () => {
  it('carries the key, the trace, the correlation id and the name of the suite', async () => {
    const { client, server } = await connect([json(200, { name: 'a' })])
    const trace = continueTrace({ correlationId: 'order-66' })
    await runInTrace(trace, () => readThing(client))
    const { headers, method, url } = server.requests[0] ?? {}
    expect({ method, url }).toEqual({ method: 'GET', url: '/things/1' })
    expect(headers).toMatchObject({
      'x-integration-key': key,
      'x-correlation-id': 'order-66',
      'user-agent': 'theonestack-integrations',
      accept: 'application/json, application/problem+json',
    })
    expect(headers?.['traceparent']).toMatch(new RegExp(`^00-${trace.traceId}-[0-9a-f]{16}-01$`))
    expect(headers?.['traceparent']).not.toContain(trace.spanId)
  })

  it('sends JSON, a query without what is undefined, and the idempotency key', async () => {
    const { client, server } = await connect([json(201, { name: 'a' })], {})
    await client.call({
      ...read,
      method: 'POST',
      query: { q: 'a&b', page: 2, none: undefined },
      body: { a: 1 },
      headers: { 'X-Extra': 'yes' },
      idempotencyKey: 'once',
      answers: { 201: Thing },
    })
    expect(server.requests[0]).toMatchObject({ url: '/things/1?q=a%26b&page=2', body: '{"a":1}' })
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'once',
      'x-extra': 'yes',
    })
  })

  it('keeps the path of the base URL', async () => {
    const { client, server } = await connect([json(200, { name: 'a' })])
    await readThing(createPeerClient({ peer: 'psa', baseUrl: `${server.baseUrl}/api/`, key: () => key }))
    expect(server.requests[0]?.url).toBe('/api/things/1')
    expect(client.peer).toBe('psa')
  })

  it('reads the key anew for every call, since keys rotate', async () => {
    const keys = ['old', 'new']
    const { client, server } = await connect([json(200, { name: 'a' })], {
      key: () => Promise.resolve(keys.shift() ?? ''),
    })
    await readThing(client)
    await readThing(client)
    expect(server.requests.map(({ headers }) => headers['x-integration-key'])).toEqual(['old', 'new'])
  })

  it.each(['', 'two\nlines', 'café'])(
    'is not made with a key that no header can hold, and its error hides it',
    async (bad) => {
      const { client, server } = await connect([json(200, { name: 'a' })], { key: () => bad })
      const error = await failure(readThing(client))
      expect(error.code).toBe('not-configured')
      if (bad) expect(everythingIn(error)).not.toContain(bad)
      expect(server.requests).toHaveLength(0)
    },
  )

  it.each([
    '',
    'psa.example',
    'ftp://psa.example',
    'https://user:secret@psa.example',
    'https://user@psa.example',
    'https://psa.example/?a=b',
  ])('is not made to the base URL "%s", and its error hides it', async (baseUrl) => {
    const error = await failure(readThing(createPeerClient({ peer: 'psa', baseUrl, key: () => key })))
    expect(error.code).toBe('not-configured')
    if (baseUrl) expect(everythingIn(error)).not.toContain(baseUrl)
  })

  it.each(Object.entries(peers))('names the setting of %s that no request can be made with', async (peer, facts) => {
    const { name, url, key: keySetting } = facts
    const badUrl = await failure(readThing(createPeerClient({ peer, facts, baseUrl: 'nowhere', key: () => key })))
    expect(badUrl.message).toContain(`The base URL of ${name} (${url}) must be an http(s) URL`)
    expect(badUrl.details).toEqual({ peer, operation: 'read thing', settings: [url] })
    const badKey = await failure(
      readThing(createPeerClient({ peer, facts, baseUrl: 'https://peer.example', key: () => '' })),
    )
    expect(badKey.message).toContain(`The integration key of ${name} (${keySetting}) is empty`)
    expect(badKey.details).toEqual({ peer, operation: 'read thing', settings: [keySetting] })
  })

  it('is not made when the tenant id or another header value cannot be sent', async () => {
    const { client } = await connect([json(200, { name: 'a' })])
    const error = await failure(client.call({ ...read, headers: { 'x-tenant-id': 'a\nb' }, answers: { 200: Thing } }))
    expect(error.code).toBe('validation-failed')
  })
})

describe('an answer', () => {
  it('is one of the declared statuses with its parsed body', async () => {
    const { client } = await connect([
      json(404, { title: 'gone', more: 1 }, { 'content-type': 'application/problem+json' }),
    ])
    const answer = await client.call({
      ...read,
      answers: { 200: Thing, 404: reading(z.object({ title: z.string() })) },
    })
    expect(answer).toMatchObject({ status: 404, body: { title: 'gone' } })
  })

  it('may be empty where the contract says so', async () => {
    const { client } = await connect([(response) => response.writeHead(204).end()])
    const answer = await client.call({ ...read, method: 'DELETE', answers: { 204: reading(z.undefined()) } })
    expect(answer).toMatchObject({ status: 204, body: undefined })
  })

  it('is read in UTF-8, whatever the chunks', async () => {
    const bytes = Buffer.from(JSON.stringify({ name: 'Zoë 🐙' }))
    const { client } = await connect([
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
        for (const byte of bytes) response.write(Buffer.of(byte))
        response.end()
      },
    ])
    expect((await readThing(client)).body).toEqual({ name: 'Zoë 🐙' })
  })

  const text =
    (status: number, body: string, headers: Record<string, string> = {}): Reply =>
    (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    }

  const refused: readonly [what: string, reply: Reply, code: ErrorCode, reason: RegExp][] = [
    ['is not JSON', text(200, '{"name":'), 'peer-invalid-response', /not valid JSON/],
    [
      'is JSON by content but not by type',
      text(200, '{"name":"a"}', { 'content-type': 'text/html' }),
      'peer-invalid-response',
      /content type/,
    ],
    ['has another shape', json(200, { name: 1 }), 'peer-invalid-response', /contract/],
    ['is empty', text(200, ''), 'peer-invalid-response', /contract/],
    [
      'is larger than allowed',
      json(200, { name: 'a'.repeat(2_000) }),
      'peer-invalid-response',
      /larger than 1000 bytes/,
    ],
    ['is a redirect', text(302, '', { location: '/elsewhere' }), 'peer-invalid-response', /redirect \(302\)/],
    ['is a success that nobody expects', json(202, { name: 'a' }), 'peer-invalid-response', /202/],
    ['says 400', json(400, {}), 'peer-rejected', /refused the request \(400\)/],
    ['says 404 where that is not declared', json(404, {}), 'peer-rejected', /404/],
    ['says 401', json(401, {}), 'peer-unauthorized', /refused the key \(401\)/],
    ['says 403', json(403, {}), 'peer-unauthorized', /403/],
  ]
  it.each(refused)('that %s is a typed error at once', async (_what, reply, code, reason) => {
    const { client, server } = await connect([reply, json(200, { name: 'a' })], { bodyBytesMax: 1_000 })
    const error = await failure(readThing(client))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^The call "read thing" to psa failed after 1 attempt: /)
    expect(error.message).toMatch(reason)
    expect(error.details).toMatchObject({
      peer: 'psa',
      operation: 'read thing',
      attempts: 1,
      peerStatus: expect.any(Number),
    })
    expect(server.requests).toHaveLength(1)
  })

  it('of an endless peer is given up at the size limit', async () => {
    const { client } = await connect(
      [
        (response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          const more = (): void => {
            if (!response.destroyed) response.write(' '.repeat(10_000), () => setImmediate(more))
          }
          more()
        },
      ],
      { bodyBytesMax: 100_000 },
    )
    expect((await failure(readThing(client))).code).toBe('peer-invalid-response')
  })
})

describe('a file', () => {
  const sends =
    (bytes: number): Reply =>
    (response) => {
      response.writeHead(200, { 'content-type': 'audio/wav' })
      response.end(Buffer.alloc(bytes, 7))
    }
  const readFile = (client: PeerClient) =>
    client.call({
      ...read,
      fileBytesMax: 1_000,
      answers: { 200: reading(z.instanceof(Blob)), 404: reading(z.object({ title: z.string() })) },
    })

  it('is read as it is, with its type, also after a failure that passed', async () => {
    const { client } = await connect([json(503, {}), sends(1_000)])
    const { body } = await readFile(client)
    expect(body).toMatchObject({ size: 1_000, type: 'audio/wav' })
  })

  it('that is larger than it may be is given up, and one that is not there is told in JSON', async () => {
    const { client } = await connect([sends(1_001), json(404, { title: 'None' })])
    expect(await failure(readFile(client))).toMatchObject({ code: 'peer-invalid-response' })
    expect(await readFile(client)).toEqual({ status: 404, outcome: 'answered', body: { title: 'None' } })
  })
})

describe('a failure that may pass', () => {
  const passing: readonly [what: string, reply: Reply, code: ErrorCode][] = [
    ['500', json(500, {}), 'peer-unavailable'],
    ['503', json(503, {}), 'peer-unavailable'],
    ['429', json(429, {}), 'peer-unavailable'],
    ['408', json(408, {}), 'peer-timeout'],
    ['a cut connection', reset, 'peer-unavailable'],
    [
      'a body that breaks off',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
        response.write('{"name"', () => response.socket?.resetAndDestroy())
      },
      'peer-unavailable',
    ],
  ]
  it.each(passing)('(%s) is retried until the peer answers', async (_what, reply) => {
    const { client, server } = await connect([reply, reply, json(200, { name: 'a' })])
    expect((await readThing(client)).body).toEqual({ name: 'a' })
    expect(server.requests).toHaveLength(3)
  })

  it.each(passing)('(%s) that does not pass ends in a typed error', async (_what, reply, code) => {
    const { client, server } = await connect([reply])
    const error = await failure(readThing(client))
    expect(error.code).toBe(code)
    expect(error.details).toMatchObject({ peer: 'psa', operation: 'read thing', attempts: 4 })
    expect(server.requests).toHaveLength(4)
  })

  it.each(passing)('(%s) is not repeated for a POST', async (_what, reply) => {
    const { client, server } = await connect([reply, json(201, { name: 'a' })])
    expect((await failure(makeThing(client))).details.attempts).toBe(1)
    expect(server.requests).toHaveLength(1)
  })

  it.each([{ idempotent: true }, { idempotencyKey: 'once' }])('is repeated for a POST with %o', async (safety) => {
    const { client, server } = await connect([json(500, {}), json(201, { name: 'a' })])
    expect((await makeThing(client, safety)).status).toBe(201)
    expect(server.requests.map(({ body }) => body)).toEqual(Array(2).fill('{"pin":"body-that-must-stay-secret"}'))
  })

  it('is a typed error when nothing listens', async () => {
    const { client, server } = await connect([never])
    await server.close()
    const error = await failure(readThing(client))
    expect(error.code).toBe('peer-unavailable')
    expect(error.details).toEqual({ peer: 'psa', operation: 'read thing', attempts: 4 })
  })
})

describe('time limits', () => {
  it('end an attempt that hangs, and try again', async () => {
    const { client, server } = await connect([never, json(200, { name: 'a' })], { timeouts: { attemptMs: 200 } })
    expect((await readThing(client)).body).toEqual({ name: 'a' })
    expect(server.requests.length).toBeGreaterThan(1)
  })

  it('end an attempt whose body never ends', async () => {
    const { client } = await connect(
      [
        (response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          response.write('{"name":')
        },
      ],
      { timeouts: { attemptMs: 30 } },
    )
    const error = await failure(readThing(client))
    expect(error.code).toBe('peer-timeout')
    expect(error.details.attempts).toBe(4)
  })

  it('end the whole call at its deadline, also within an attempt', async () => {
    const { client, server } = await connect([never], { timeouts: { attemptMs: 60_000, deadlineMs: 300 } })
    const error = await failure(readThing(client))
    expect(error.code).toBe('peer-timeout')
    expect(error.details).toEqual({ peer: 'psa', operation: 'read thing', attempts: 1 })
    expect(server.requests).toHaveLength(1)
  })

  it('allow no wait that would pass the deadline: the last answer is the error', async () => {
    const { client, server } = await connect([json(503, {})], {
      retries: { initialDelayMs: 60_000, maxDelayMs: 60_000 },
    })
    const error = await failure(readThing(client))
    expect(error.details).toMatchObject({ attempts: 1, peerStatus: 503 })
    expect(server.requests).toHaveLength(1)
  })

  it('hold for a fetch that ignores its signal', async () => {
    const { client } = await connect([never], {
      timeouts: { attemptMs: 20, deadlineMs: 1_000 },
      retries: { max: 0 },
      fetch: () => new Promise(() => {}),
    })
    expect((await failure(readThing(client))).code).toBe('peer-timeout')
  })
})

describe('Retry-After', () => {
  const limited = (retryAfter: string): Reply => json(429, {}, { 'retry-after': retryAfter })

  it.each([
    '0',
    '0.01',
    '.01',
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ])('of "%s" is over soon: the call is repeated', async (retryAfter) => {
    const { client } = await connect([limited(retryAfter), json(200, { name: 'a' })])
    expect((await readThing(client)).body).toEqual({ name: 'a' })
  })

  it.each(['-5', 'soon', '1e9', ''])('of "%s" makes no sense and is ignored', async (retryAfter) => {
    const { client } = await connect([limited(retryAfter), json(200, { name: 'a' })])
    expect((await readThing(client)).body).toEqual({ name: 'a' })
  })

  it.each([
    ['30', 30],
    ['30.2', 31],
    ['999999999999', 86_400],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400],
  ])('of "%s" passes the deadline: the call fails at once and says so', async (retryAfter, seconds) => {
    const { client, server } = await connect([limited(retryAfter), json(200, { name: 'a' })])
    const error = await failure(readThing(client))
    expect(error.code).toBe('peer-unavailable')
    expect(error.details).toMatchObject({ attempts: 1, peerStatus: 429, retryAfterSeconds: seconds })
    expect(server.requests).toHaveLength(1)
  })

  it('is waited for, however short our own backoff is', async () => {
    const { client, server } = await connect([limited('1'), json(200, { name: 'a' })], {
      timeouts: { deadlineMs: 900 },
    })
    expect((await failure(readThing(client))).details.retryAfterSeconds).toBe(1)
    expect(server.requests).toHaveLength(1)
  })

  it('counts on a 503 too, and means nothing on an answer', async () => {
    const { client } = await connect([
      json(200, { name: 'a' }, { 'retry-after': '60' }),
      json(503, {}, { 'retry-after': '60' }),
    ])
    expect((await readThing(client)).body).toEqual({ name: 'a' })
    expect((await failure(readThing(client))).details).toMatchObject({ peerStatus: 503, retryAfterSeconds: 60 })
  })
})

describe('the circuit breaker', () => {
  const breaker = { failures: 2, halfOpenAfterMs: 60_000 }
  const noRetries = { retries: { max: 0 } }

  it('opens after consecutive failures, and then asks the peer no more', async () => {
    const { client, server } = await connect([json(500, {})], { breaker, ...noRetries })
    await failure(readThing(client))
    await failure(readThing(client))
    const error = await failure(readThing(client))
    expect(error.code).toBe('peer-unavailable')
    expect(error.details).toMatchObject({ attempts: 0, retryAfterSeconds: 60 })
    expect(error.message).toMatch(/failed too often/)
    expect(server.requests).toHaveLength(2)
  })

  it('opens between two attempts of one call, whose error still names the last answer', async () => {
    const { client, server } = await connect([json(500, {})], { breaker })
    const error = await failure(readThing(client))
    expect(error.details).toMatchObject({ attempts: 2, peerStatus: 500, retryAfterSeconds: 60 })
    expect(server.requests).toHaveLength(2)
  })

  it('is one a tenant', async () => {
    const { client } = await connect([json(500, {}), json(500, {}), json(200, { name: 'a' })], {
      breaker,
      ...noRetries,
    })
    await failure(readThing(client, 'broken'))
    await failure(readThing(client, 'broken'))
    expect((await readThing(client, 'fine')).status).toBe(200)
    expect((await failure(readThing(client, 'broken'))).details.attempts).toBe(0)
  })

  it('lets one call try after a while, and closes when that succeeds', async () => {
    const { client, server } = await connect([reset], { breaker: { failures: 2, halfOpenAfterMs: 20 }, ...noRetries })
    await failure(readThing(client))
    await failure(readThing(client))
    server.answerWith(json(200, { name: 'a' }))
    await expect
      .poll(
        () =>
          readThing(client).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 5_000 },
      )
      .toBe(200)
    server.answerWith(json(500, {}))
    // Closed again, and counting from zero: one failure does not open it.
    await failure(readThing(client))
    server.answerWith(json(200, { name: 'a' }))
    expect((await readThing(client)).status).toBe(200)
  })

  it('lets only one of many calls try, and opens again when that one fails', async () => {
    const { client, server } = await connect([json(500, {})], {
      breaker: { failures: 2, halfOpenAfterMs: 1_000 },
      ...noRetries,
    })
    await failure(readThing(client))
    await failure(readThing(client))
    const attemptsOfMany = async (): Promise<number> => {
      const errors = await Promise.all(Array.from({ length: 5 }, () => failure(readThing(client))))
      return errors.reduce((sum, { details }) => sum + (details.attempts ?? 0), 0)
    }
    await expect.poll(attemptsOfMany, { timeout: 5_000, interval: 10 }).toBe(1)
    expect(await attemptsOfMany()).toBe(0)
    expect(server.requests).toHaveLength(3)
  })

  it.each([400, 401, 403, 404, 408, 429])('does not open on %d, which a peer in good health says', async (status) => {
    const { client, server } = await connect([json(status, {})], { breaker, ...noRetries })
    for (const _ of [1, 2, 3, 4]) await failure(readThing(client))
    expect(server.requests).toHaveLength(4)
  })

  it('counts consecutive failures only: any sign of life starts the count anew', async () => {
    const { client, server } = await connect([json(500, {}), json(400, {}), json(500, {}), json(200, { name: 'a' })], {
      breaker,
      ...noRetries,
    })
    for (const _ of [1, 2, 3]) await failure(readThing(client))
    expect((await readThing(client)).status).toBe(200)
    expect(server.requests).toHaveLength(4)
  })
})

describe('what a failed call tells', () => {
  it('never holds the key, the request body or upstream text, save a short excerpt in the cause', async () => {
    const echo: Reply = (response, request) =>
      json(500, { saw: request.headers['x-integration-key'], filler: 'x'.repeat(10_000), end: 'the end' })(
        response,
        request,
      )
    const { client } = await connect([echo])
    const lines: string[] = []
    const error = await failure(
      runWithLogSink(
        (_level, line) => lines.push(line),
        () => makeThing(client),
      ),
    )
    const outside = JSON.stringify([error.message, error.details, lines])
    expect(outside).not.toMatch(/xxx|the end/)
    expect(everythingIn(error) + outside).not.toMatch(/must-stay-secret/)
    const cause = error.cause as Error
    expect(cause.message).toMatch(/^The peer answered 500: \{"saw":"\[redacted\]"/)
    expect(cause.message.length).toBeLessThan(1_050)
  })

  it('logs one event a call, with what was asked and how it went', async () => {
    const { client } = await connect([json(500, {}), json(200, { name: 'a' }), json(400, {})])
    const lines: [string, Record<string, unknown>][] = []
    await runWithLogSink(
      (level, line) => lines.push([level, JSON.parse(line) as Record<string, unknown>]),
      async () => {
        await readThing(client)
        await failure(makeThing(client))
      },
    )
    expect(lines).toMatchObject([
      ['info', { event: 'peer.call.completed', peer: 'psa', operation: 'read thing', status: 200, attempts: 2 }],
      ['warn', { event: 'peer.call.failed', peer: 'psa', operation: 'make thing', status: 400, code: 'peer-rejected' }],
    ])
  })
})

const everythingIn = (error: unknown): string =>
  error instanceof Error
    ? `${error.message} ${error.stack} ${JSON.stringify(error)} ${everythingIn(error.cause)}`
    : String(error)
