// The functions that the suite of HTTP streaming calls. The same file can be the entry of a real Functions app (`func start`).
import { app, type HttpRequest } from '@azure/functions'
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

app.setup({ enableHttpStream: true })

/** Runs whose caller left before the answer was whole: seen at the library's own server, which knows a run by this header. */
const left = new Map<string, number>()
subscribe('http.server.request.start', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
  if (request.headers['x-ms-invocation-id'] === undefined) return
  const name = new URL(request.url ?? '/', 'http://x').searchParams.get('run')
  if (name !== null) response.on('close', () => response.writableFinished || left.set(name, performance.now()))
})

let written = 0

async function* parts(count: number, ms: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) {
    if (index > 0) await sleep(ms)
    yield new TextEncoder().encode(`part ${index};`)
  }
}

app.http('parts', { methods: ['GET'], handler: () => ({ body: parts(4, 150), headers: { 'x-own': '1' } }) })

/** For longer than the host waits where nothing comes. */
app.http('long', { methods: ['GET'], handler: () => ({ body: parts(25, 100) }) })

app.http('upload', {
  methods: ['POST'],
  handler: async (request) => {
    const sizes: number[] = []
    const started = performance.now()
    let firstMs = 0
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      if (sizes.length === 0) firstMs = performance.now() - started
      sizes.push(chunk.byteLength)
    }
    return { jsonBody: { bytes: sizes.reduce((sum, size) => sum + size, 0), firstMs } }
  },
})

app.http('seen', {
  methods: ['GET', 'POST'],
  route: 'seen/{id:int?}',
  handler: (request: HttpRequest) => ({
    jsonBody: {
      url: request.url,
      params: request.params,
      query: [...request.query],
      headers: Object.fromEntries(request.headers),
    },
  }),
})

app.http('cookies', {
  methods: ['GET'],
  handler: () => ({
    status: 201,
    cookies: [
      { name: 'one', value: 'a b', path: '/', httpOnly: true, sameSite: 'Lax' },
      { name: 'two', value: '2' },
    ],
    headers: { 'keep-alive': 'timeout=9' },
  }),
})

app.http('breaks', {
  methods: ['GET'],
  handler: () => ({
    body: (async function* () {
      yield new TextEncoder().encode('begun')
      await sleep(50)
      throw new Error('on purpose')
    })(),
  }),
})

app.http('throws', {
  methods: ['GET'],
  handler: () => {
    throw new Error('on purpose')
  },
})

app.http('endless', {
  methods: ['GET'],
  handler: () => {
    written = 0
    return {
      body: (async function* () {
        const chunk = new Uint8Array(65_536)
        for (let index = 0; index < 400; index += 1) {
          await sleep(1)
          written += chunk.byteLength
          yield chunk
        }
      })(),
    }
  },
})

app.http('waits', {
  methods: ['GET', 'POST'],
  handler: async () => {
    await sleep(3_000)
    return { body: 'done' }
  },
})

app.http('left', {
  methods: ['GET'],
  handler: (request) => ({
    jsonBody: { at: left.get(request.query.get('name') ?? ''), now: performance.now(), written },
  }),
})
