import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostUnderTest, type HostUnderTest } from './base-url.ts'
import { bodyOf, exchange, sendAndLeave } from './raw-http.ts'

type Echo = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly bodyBase64: string
  readonly traceParent: string
  readonly traceState: string
}

let host: HostUnderTest
beforeAll(async () => {
  host = await hostUnderTest()
})
afterAll(() => host.stop())

const echoOf = async (path: string, init?: RequestInit): Promise<Echo> => {
  const response = await fetch(`${host.url}/api/${path}`, init)
  return (await response.json()) as Echo
}

describe('what a function gets', () => {
  // GrpcMessageConversionExtensions.cs of azure-functions-host, `ToRpcHttp`: `pair.Value.ToString()` of a StringValues
  it('lower-cases header names and joins repeated headers, cookies too, with a comma', async () => {
    const answer = await exchange(
      host.url,
      'GET /api/echo HTTP/1.1\r\nHost: example.test\r\nX-Twice: a\r\nX-TWICE: b\r\nCookie: one=1\r\nCookie: two=2\r\nConnection: close\r\n\r\n',
    )
    const { headers, url } = JSON.parse(bodyOf(answer)) as Echo
    expect({ twice: headers['x-twice'], cookie: headers['cookie'], url }).toEqual({
      twice: 'a,b',
      cookie: 'one=1,two=2',
      url: 'http://example.test/api/echo',
    })
  })

  it('joins repeated query parameters with a comma and decodes them', async () => {
    const { query } = await echoOf('echo?x=1&x=2&plus=a+b&encoded=%26&flag')
    expect(query).toEqual({ x: '1,2', plus: 'a b', encoded: '&', flag: '' })
  })

  it.each(['application/json', 'text/plain', 'application/octet-stream', 'multipart/form-data; boundary=x'])(
    'hands a body of type %s on byte by byte',
    async (type) => {
      const body = Uint8Array.from({ length: 256 }, (_, index) => index)
      const { bodyBase64 } = await echoOf('echo', { method: 'POST', body, headers: { 'content-type': type } })
      expect(Buffer.from(bodyBase64, 'base64')).toEqual(Buffer.from(body))
    },
  )

  // GrpcMessageConversionExtensions.cs of azure-functions-host, `ToRpcHttp`: a body is read if `request.ContentLength > 0`
  it('keeps a chunked body from the function, as the Azure host does without HTTP streaming', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('chunked'))
        controller.close()
      },
    })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    expect((await echoOf('echo', init)).bodyBase64).toBe('')
  })

  it('passes any method that the function names', async () => {
    expect(await echoOf('echo', { method: 'PATCH', body: 'x' })).toMatchObject({ method: 'PATCH' })
  })

  it("continues the caller's trace in a span of its own", async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { traceParent, traceState } = await echoOf('echo', { headers: { traceparent, tracestate: 'vendor=1' } })
    expect(traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-[0-9a-f]{2}$/)
    expect(traceState).toBe('vendor=1')
  })

  it('begins a trace when the caller has none', async () => {
    expect((await echoOf('echo')).traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
  })
})

describe('what the caller gets', () => {
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${host.url}/api/${path}`, init)

  it('answers an empty 500 when the function throws', async () => {
    const response = await get('throws')
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 500, body: '' })
  })

  it('answers an empty 500 when the function returns something that is no response', async () => {
    const response = await get('returns-not-an-object')
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 500, body: '' })
  })

  it('answers 204 when the function returns nothing', async () => {
    expect((await get('returns-nothing')).status).toBe(204)
  })

  it('sends text with the type that the library gives it', async () => {
    const response = await get('returns-text')
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/plain;charset=UTF-8',
      'plain text',
    ])
  })

  it('sends bytes unchanged', async () => {
    const response = await get('returns-bytes')
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 10, 13])
  })

  it('takes a native Response', async () => {
    const response = await get('returns-response')
    expect([response.status, response.headers.get('x-native'), await response.text()]).toEqual([202, 'yes', 'native'])
  })

  it.each([204, 205, 304])('sends no body with status %i', async (status) => {
    const response = await get(`status/${status}`)
    expect({ status: response.status, body: await response.text() }).toEqual({ status, body: '' })
  })

  it('answers HEAD with the headers of the answer and without its body', async () => {
    const response = await get('headed', { method: 'HEAD' })
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([200, '1', ''])
  })

  it('keeps headers about the connection to itself', async () => {
    const response = await get('returns-hop-headers')
    expect([
      response.headers.get('te'),
      response.headers.get('keep-alive'),
      response.headers.get('x-kept'),
    ]).not.toContain('trailers')
    expect(response.headers.get('x-kept')).toBe('1')
    expect(response.headers.get('connection')).not.toBe('close')
  })

  it('writes each cookie as a Set-Cookie of its own, encoded, with path=/ by default', async () => {
    const response = await get('cookies')
    expect(response.headers.getSetCookie().map((cookie) => cookie.toLowerCase().split('; ').sort())).toEqual(
      [
        ['plain=one', 'path=/'],
        [
          'full=a%20b%3b%22c',
          'expires=wed, 02 jan 2030 03:04:05 gmt',
          'max-age=60',
          'domain=example.com',
          'path=/api',
          'secure',
          'samesite=strict',
          'httponly',
        ],
        ['cross=x', 'path=/', 'secure', 'samesite=none'],
        ['lax=x', 'path=/', 'samesite=lax'],
      ].map((parts) => parts.sort()),
    )
  })
})

describe('the connection', () => {
  it('refuses a body that says it is larger than 100 MiB with 413, without reading it', async () => {
    const answer = await exchange(host.url, 'POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('answers malformed HTTP with 400', async () => {
    expect(await exchange(host.url, 'this is not http\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('serves several requests over one connection', async () => {
    const answer = await exchange(
      host.url,
      'GET /api/shared HTTP/1.1\r\nHost: x\r\n\r\nGET /api/maybe/2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  })

  it('goes on serving when a client leaves in the middle of its body or before its answer', async () => {
    await sendAndLeave(host.url, 'POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc')
    await sendAndLeave(host.url, 'GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n')
    const response = await fetch(`${host.url}/api/slow`)
    expect(await response.text()).toBe('done')
  })

  it('runs requests side by side', async () => {
    const bodies = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${host.url}/api/slow`)).text()),
    )
    expect(new Set(bodies)).toEqual(new Set(['done']))
  })

  it('waits for a client that asks first whether it may send its body', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(`${host.url}/api/echo`, {
        method: 'POST',
        headers: { expect: '100-continue', 'content-length': 4 },
      })
      request.on('continue', () => request.end('body'))
      request.on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      request.on('error', reject)
      request.flushHeaders()
    })
    expect(status).toBe(200)
  })
})
