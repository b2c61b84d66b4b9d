// HTTP streaming: DefaultHttpProxyService.cs and GrpcWorkerChannel.cs of azure-functions-host, httpProxy.ts of the library.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostUnderTest, type HostUnderTest } from './base-url.ts'
import { exchange } from './raw-http.ts'

/** Instead of the four minutes of Azure. */
const activityMs = 1_000
const bodyBytesMax = 6_000_000

let host: HostUnderTest
beforeAll(async () => {
  host = await hostUnderTest({
    app: join(import.meta.dirname, 'stream-app.ts'),
    env: { LOCAL_PROXY_ACTIVITY_MS: String(activityMs), FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(bodyBytesMax) },
    given: process.env['STREAM_HOST_BASE_URL'],
  })
})
afterAll(() => host.stop())

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${host.url}/api/${path}`, init)

/** As the caller sees them: what arrived together is one. */
const chunksOf = async (response: Response): Promise<string[]> => {
  const chunks: string[] = []
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) chunks.push(decoder.decode(chunk))
  return chunks
}

type Left = { readonly at?: number; readonly now: number; readonly written: number }

const leftOf = async (name: string): Promise<Left> => (await (await get(`left?name=${name}`)).json()) as Left

describe('an answer that is streamed', () => {
  it('arrives part by part, while the function writes it', async () => {
    const response = await get('parts')
    expect(response.headers.get('x-own')).toBe('1')
    expect(response.headers.get('x-ms-invocation-id')).toBeNull()
    const chunks = await chunksOf(response)
    expect(chunks.join('')).toBe('part 0;part 1;part 2;part 3;')
    expect(chunks.length).toBeGreaterThan(1)
  })

  it('takes as long as it needs, while something comes', async () => {
    const chunks = await chunksOf(await get('long'))
    expect(chunks.join('')).toMatch(/^part 0;.*part 24;$/)
  })

  it('has the cookies as the library writes them, and no header about the connection', async () => {
    const response = await get('cookies')
    expect([response.status, response.headers.getSetCookie(), response.headers.get('keep-alive')]).toEqual([
      201,
      ['one=a%20b; Path=/; HttpOnly; SameSite=Lax', 'two=2'],
      expect.not.stringContaining('timeout=9'),
    ])
  })

  it('arrives whole at a caller that reads slowly', async () => {
    const response = await get('endless')
    let bytes = 0
    for await (const chunk of response.body ?? []) {
      if (bytes === 0) await sleep(300)
      bytes += chunk.byteLength
    }
    expect(bytes).toBe(400 * 65_536)
  })

  it('that fails in the middle leaves the caller with what there was, and breaks the connection once it has been silent', async () => {
    const response = await get('breaks')
    expect(response.status).toBe(200)
    const reader = response.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('begun')
    await expect(reader?.read()).rejects.toThrow('terminated')
  })
})

describe('a request to a function that streams', () => {
  it('has its address, parameters, query and headers', async () => {
    const answer = await exchange(
      host.url,
      'GET /api/seen/7?x=1&x=2&plus=a+b HTTP/1.1\r\nHost: example.test\r\nX-Twice: a\r\nX-Twice: b\r\nX-Ms-Invocation-Id: mine\r\nConnection: close\r\n\r\n',
    )
    const seen = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)) as {
      readonly headers: Record<string, string>
    }
    expect(seen).toMatchObject({
      url: 'http://example.test/api/seen/7?x=1&x=2&plus=a+b',
      params: { id: '7' },
      query: [
        ['x', '1'],
        ['x', '2'],
        ['plus', 'a b'],
      ],
    })
    expect([seen.headers['x-twice'], seen.headers['x-forwarded-for']]).toEqual(['a,b', '127.0.0.1'])
  })

  it('may have a chunked body, which arrives while it is sent', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(`${host.url}/api/upload`, { method: 'POST' }, resolve)
      request.on('error', reject)
      request.write('a'.repeat(1_000))
      setTimeout(() => request.end('b'.repeat(500)), 500)
    })
    const { bytes, firstMs } = JSON.parse(Buffer.concat(await answer.toArray()).toString()) as Record<string, number>
    expect(bytes).toBe(1_500)
    // The function had the first part before the second one was sent.
    expect(firstMs).toBeLessThan(500)
  })

  it('may have a body of megabytes', async () => {
    const response = await get('upload', { method: 'POST', body: new Uint8Array(5_000_000) })
    expect(await response.json()).toMatchObject({ bytes: 5_000_000 })
  })

  it('is refused with 413 when its body is too large, also one that does not say its size', async () => {
    const said = await exchange(host.url, 'POST /api/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 6000001\r\n\r\n')
    expect(said).toMatch(/^HTTP\/1\.1 413 /)
    const chunk = `100000\r\n${'x'.repeat(1_048_576)}\r\n`
    const unsaid = await exchange(
      host.url,
      `POST /api/upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(7)}`,
    )
    expect(unsaid).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('whose body the function leaves unread does not hold up the next one on its connection', async () => {
    const unread = `POST /api/seen HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n${'x'.repeat(4_000_000)}`
    const answers = await exchange(host.url, `${unread}GET /api/seen HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(2)
  })

  it('whose function throws is answered by nobody until the host gives up: 504', async () => {
    const response = await get('throws')
    expect([response.status, await response.text()]).toEqual([504, ''])
  })

  it.each(['GET', 'POST'])('is over for the function as soon as the caller of a %s leaves', async (method) => {
    const name = `waits-${method}`
    const caller = new AbortController()
    const answer = get(`waits?run=${name}`, { method, signal: caller.signal, ...(method === 'POST' && { body: 'x' }) })
    await sleep(200)
    expect((await leftOf(name)).at).toBeUndefined()
    caller.abort()
    await expect(answer).rejects.toThrow()
    await sleep(100)
    expect((await leftOf(name)).at).toEqual(expect.any(Number))
  })

  it('is over for the function as soon as the caller leaves in the middle of the answer', async () => {
    const caller = new AbortController()
    const response = await get('parts?run=middle', { signal: caller.signal })
    await response.body?.getReader().read()
    caller.abort()
    await sleep(100)
    expect((await leftOf('middle')).at).toEqual(expect.any(Number))
  })

  it('does not count as left when its answer went out whole', async () => {
    await (await get('parts?run=whole')).text()
    await sleep(50)
    expect((await leftOf('whole')).at).toBeUndefined()
  })

  it('that reaches no function is an empty 404, as ever', async () => {
    const response = await get('nowhere')
    expect([response.status, await response.text()]).toEqual([404, ''])
  })
})
