import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { type LogFields, log, runWithLogSink } from '../../../shared/telemetry/log.ts'
import { redact } from '../../../shared/telemetry/redaction.ts'
import { newTrace, runInTrace } from '../../../shared/telemetry/trace.ts'

const lineOf = (fields: LogFields, event = 'test.event'): string => {
  const lines: string[] = []
  runWithLogSink(
    (_, line) => lines.push(line),
    () => log.warn(event, fields),
  )
  expect(lines).toHaveLength(1)
  return lines[0] ?? ''
}

const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
const payload = Buffer.from('{"sub":"user-1","tenantId":"tenant-1"}').toString('base64url')
const jwt = `${header}.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`

/** What must not be in any line: the whole text, and the part of it that is secret. */
const secrets: readonly (readonly [title: string, text: string, secret: string])[] = [
  ['a token', jwt, payload],
  ['an unsigned token', `${header}.${payload}.`, payload],
  ['a token without its signature', `${header}.${payload}`, payload],
  ['an integration key', `tik_live_0123456789AB_${'s'.repeat(43)}000000`, 's'.repeat(43)],
  ['a bearer', 'Authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
  [
    'an account key',
    'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=c2VjcmV0a2V5==;EndpointSuffix=y',
    'c2VjcmV0a2V5',
  ],
  ['a shared access key', 'Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=c2VjcmV0', 'c2VjcmV0'],
  ['a shared access signature', 'https://x.table.core.windows.net/t?sv=2022&sig=c2VjcmV0%3D&se=2026', 'c2VjcmV0'],
  ['a code in an address', 'https://x.example/api/f?code=c2VjcmV0&x=1', 'c2VjcmV0'],
  ['the cookie of a session', `a=1; code_session=${'c'.repeat(43)}; b=2`, 'c'.repeat(43)],
  ['the cookie of the AI Platform', `oneai_session=${'c'.repeat(43)}`, 'c'.repeat(43)],
  ['the cookie of a sign-in', `code_login=${'n'.repeat(43)}, oneai_login=${'m'.repeat(43)}`, 'n'.repeat(43)],
]

describe('a log line', () => {
  it('is one JSON document with the event, the trace and the fields', () => {
    const trace = newTrace()
    const line = runInTrace(trace, () =>
      lineOf({ tenantId: 'tenant-1', count: 3, none: null, nested: { a: [1, true] } }),
    )
    expect(JSON.parse(line)).toEqual({
      level: 'warn',
      event: 'test.event',
      correlationId: trace.correlationId,
      traceId: trace.traceId,
      spanId: trace.spanId,
      tenantId: 'tenant-1',
      count: 3,
      none: null,
      nested: { a: [1, true] },
    })
    expect(JSON.parse(lineOf({}))).toEqual({ level: 'warn', event: 'test.event' })
  })

  it('goes to the console of its level when nobody else takes it', () => {
    for (const level of ['info', 'warn', 'error'] as const) {
      const written = vi.spyOn(console, level).mockImplementation(() => {})
      log[level]('test.event')
      expect(written.mock.calls).toEqual([[`{"level":"${level}","event":"test.event"}`]])
      written.mockRestore()
    }
  })

  it('is one line whatever its fields hold, and can be read back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('a\r\n{"event":"forged"}', '\n', '\r', '\u2028', '\u0085', '\u001b[2K\u001b[1A', '\0'),
    )
    fc.assert(
      fc.property(text, text, fc.jsonValue({ maxDepth: 3 }), (name, value, more) => {
        const line = lineOf({ [`x${name}`]: value, text: value, more, list: [value], error: new Error(value) })
        // oxlint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\u0000-\u001f]/)
        const parsed = JSON.parse(line) as { event: string }
        expect(parsed.event).toBe('test.event')
      }),
    )
  })
})

describe('what is left out of the log', () => {
  it.each(secrets)('is %s, wherever it stands', (_title, text, secret) => {
    const cause = new Error(`The cause was ${text}`)
    const error = new AppError('internal', `It failed with ${text}`, { cause })
    const line = lineOf({
      text,
      sentence: `before ${text} after`,
      list: [[text]],
      nested: { deep: { deeper: text } },
      error,
      url: text,
    })
    expect(line).toContain('[redacted]')
    expect(line).not.toContain(secret)
    expect(redact(`${text} ${text}`)).not.toContain(secret)
  })

  it.each([
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'setCookie',
    'password',
    'PASSWD',
    'clientSecret',
    'PORTAL_SSO_SECRET',
    'token',
    'accessToken',
    'idToken',
    'api_key',
    'apiKey',
    'x-api-key',
    'X-Integration-Key',
    'integrationKey',
    'PSA_SERVICE_KEY',
    'connectionString',
    'signature',
    'nonce',
  ])('is every field named %s', (name) => {
    const parsed = JSON.parse(
      lineOf({
        [name]: 'hidden-value',
        nested: { [name]: ['hidden-value'] },
        list: [{ [name]: { value: 'hidden-value' } }],
      }),
    ) as unknown
    expect(parsed).toEqual({
      level: 'warn',
      event: 'test.event',
      [name]: '[redacted]',
      nested: { [name]: '[redacted]' },
      list: [{ [name]: '[redacted]' }],
    })
  })

  it('is not what only says that there is none', () => {
    expect(redact({ token: null, cookie: undefined })).toEqual({ token: null, cookie: undefined })
  })

  it('is not what people need to find a request', () => {
    const fields = {
      tenantId: 'tenant-1',
      userId: 'user-1',
      key: 'code-1',
      findingId: 'a/b',
      status: 401,
      function: 'code-open-session',
      detail: 'This needs a signed-in session.',
      keyId: '0123456789AB',
    }
    expect(redact(fields)).toEqual(fields)
  })

  it('is a token anywhere within other text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(...secrets), (before, after, [, text, secret]) => {
        expect(redact(`${before} ${text} ${after}`)).not.toContain(secret)
      }),
    )
  })

  it('is a secret that the limit of length cuts in two', () => {
    for (const [, text, secret] of secrets)
      for (const kept of [secret.length, 10, 8]) {
        const [before, start] = [4_000 - text.indexOf(secret) - kept, secret.slice(0, Math.min(kept, 8))]
        const line = lineOf({ text: ' '.repeat(before) + text, error: new Error(' '.repeat(before) + text) })
        expect([text, line.includes(start)]).toEqual([text, false])
      }
  })
})

describe('the size of a log line', () => {
  it('is bounded for texts, lists and depth', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 'end' : { in: deep(levels - 1) })
    const line = lineOf({
      text: 'x'.repeat(100_000),
      list: Array.from({ length: 1_000 }, () => 1),
      deep: deep(50),
      error: new Error('y'.repeat(100_000)),
    })
    expect(line.length).toBeLessThan(20_000)
    expect(line).toContain('[too deep]')
  })

  it('is bounded for what refers to itself', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    const error = new Error('again')
    error.cause = error
    expect(lineOf({ loop, error }).length).toBeLessThan(100_000)
  })

  it('keeps what an error is, and its causes', () => {
    const cause = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      statusCode: 503,
      request: { headers: { cookie: 'x' } },
    })
    expect(redact(new AppError('storage-unavailable', 'No answer.', { cause }))).toEqual({
      name: 'AppError',
      message: 'No answer.',
      code: 'storage-unavailable',
      stack: expect.stringContaining('AppError: No answer.') as string,
      cause: {
        name: 'Error',
        message: 'refused',
        code: 'ECONNREFUSED',
        statusCode: 503,
        stack: expect.any(String) as string,
      },
    })
  })
})
