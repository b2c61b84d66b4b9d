// Functions that answer with a stream of events, through the ordinary pipeline and the local host.
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '@theone/local-process/child-process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostProgram } from '../../../local/package-programs.ts'

let child: Child
let folder: string
let url: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stream-app-'))
  child = await startChild({
    name: 'Functions host',
    file: hostProgram,
    args: ['--entry', join(import.meta.dirname, 'stream-app.ts'), '--port', '0', '--state', folder, '--quiet'],
    env: { TRUSTED_PROXY_COUNT: '0', HUB_URL: 'http://127.0.0.1:1', AI_PUBLIC_URL: 'http://127.0.0.1:7071' },
  })
  url = `${child.urls['functions']}/api/ai`
})
afterAll(async () => {
  await child.stop()
  await rm(folder, { recursive: true, force: true })
})

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> }

const ask = (path: string, init: Init = {}): Promise<Response> =>
  fetch(`${url}/${path}`, { ...init, headers: { accept: 'text/event-stream', ...init.headers } })

const told = async (): Promise<{ readonly fates: Record<string, string[]>; readonly produced: number }> =>
  (await (await fetch(`${url}/told`)).json()) as never

const fateOf = async (run: string): Promise<string[] | undefined> => (await told()).fates[run]

/** Events are read until there is one with this text in it. */
const readUntil = async (response: Response, text: string): Promise<string> => {
  let all = ''
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  while (!all.includes(text)) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    all += decoder.decode(value, { stream: true })
  }
  reader?.releaseLock()
  return all
}

describe('a function that streams events', () => {
  it('sends each as it stands in the standard, within the trace of the call, and ends', async () => {
    const response = await ask('parts?run=all', { headers: { 'x-correlation-id': 'of-the-test' } })
    expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      'no-store',
    ])
    expect(response.headers.get('x-correlation-id')).toBe('of-the-test')
    const numbered = [0, 1, 2, 3].map((n) => `event: part\nid: ${n}\ndata: {"n":${n}}\n\n`).join('')
    expect(await response.text()).toBe(`:\n\n${numbered}data: {"trace":"of-the-test"}\n\ndata: [DONE]\n\n`)
    expect(await fateOf('all')).toEqual(['whole'])
  })

  it('answers with JSON whoever does not ask for events', async () => {
    const response = await ask('parts?run=json', { headers: { accept: 'application/json' } })
    expect(await response.json()).toEqual({ numbers: [0, 1, 2, 3] })
  })

  it('has the headers and the first event there before the next one is made', async () => {
    const left = new AbortController()
    const response = await ask('parts?run=slow', { signal: left.signal })
    expect(await readUntil(response, '"n":0')).toContain('event: part')
    left.abort()
  })

  it('refuses before the first byte as any other function does', async () => {
    const response = await ask('failing?how=before')
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })

  it('refuses an input that is not valid as any other function does', async () => {
    expect((await ask('failing?how=nonsense')).status).toBe(400)
  })
})

describe('a stream that fails in the middle', () => {
  it('ends with an event that says why', async () => {
    const text = await (await ask('failing?how=throws')).text()
    const [, data = ''] = /event: error\ndata: (.*)\n\n$/.exec(text) ?? []
    expect(JSON.parse(data)).toMatchObject({
      type: 'urn:theonestack:problem:model-unavailable',
      status: 503,
      detail: 'No model answers.',
      retryAfterSeconds: 7,
      correlationId: expect.any(String),
    })
  })

  it.each([
    ['throws something unknown', 'unknown', 'a secret of the library'],
    ['sends what its contract does not name', 'outside', 'hidden'],
  ])('keeps to itself what it must when it %s', async (_, how, secret) => {
    const text = await (await ask(`failing?how=${how}`)).text()
    expect(text).toContain('"type":"urn:theonestack:problem:internal"')
    expect(text).toMatch(/"n":1[^]*event: error\n/)
    expect(text).not.toContain(secret)
  })

  it('says it in the form of its wire where it has one', async () => {
    expect(await (await ask('failing?how=own-form')).text()).toMatch(
      /data: \{"error":\{"code":"model-unavailable"\}\}\n\n$/,
    )
  })
})

describe('a caller that leaves', () => {
  it.each([
    ['a stream', 'parts', 'left', ['left: caller-gone']],
    ['a stream that does not look at the signal', 'deaf', 'left-deaf', ['signal']],
  ])('ends the work of %s within 100 ms', async (_, path, run, fate) => {
    const left = new AbortController()
    const response = await ask(`${path}?run=${run}`, { signal: left.signal })
    await readUntil(response, '"n":')
    left.abort()
    await sleep(100)
    expect(await fateOf(run)).toEqual(fate)
  })

  it('ends the work of an answer that is no stream within 100 ms', async () => {
    const left = new AbortController()
    const answer = ask('whole?run=slow-whole', { signal: left.signal })
    await sleep(200)
    expect(await fateOf('slow-whole')).toBeUndefined()
    left.abort()
    await expect(answer).rejects.toThrow()
    await sleep(100)
    expect(await fateOf('slow-whole')).toEqual(['left'])
  })

  it('is not taken for gone when the answer went out whole', async () => {
    await (await ask('whole?run=quick')).text()
    expect(await fateOf('quick')).toEqual(['whole'])
  })
})

describe('a caller that does not read', () => {
  it('is waited for: what would be sent is not made', async () => {
    const { hostname, port, pathname } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.write(`GET ${pathname}/flood HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`)
    await new Promise((resolve) => socket.once('readable', resolve))
    await sleep(500)
    const { produced } = await told()
    await sleep(300)
    expect((await told()).produced).toBe(produced)
    expect(produced).toBeLessThan(200)
    socket.destroy()
  })
})

describe('a body in an app that streams', () => {
  it('that is chunked arrives', async () => {
    const body = new Blob(['{"text":"chunked"}']).stream()
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as Init
    expect(await (await ask('sized', init)).json()).toEqual({ length: 7 })
  })

  it('that is chunked and larger than the function takes is refused with 413', async () => {
    const body = new Blob([JSON.stringify({ text: 'x'.repeat(200_000) })]).stream()
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as Init
    expect((await ask('sized', init)).status).toBe(413)
  })
})
