// A process: the HTTP functions of the AI Platform behind bare `node:http`, in place of the Functions host: what the pipeline costs by itself.
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { HttpRequest, InvocationContext } from '@azure/functions'
import { serveAsChild } from '@theone/local-process/child-process'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import * as z from 'zod'
import { theoneaiApi } from '../functions/apps/theoneai-api.ts'
import { createAiAdmissions } from '../shared/ai/limits/admissions.ts'
import { loadConfig } from '../shared/config/config.ts'
import { once } from '../shared/once.ts'
import { createServices } from '../shared/services.ts'
import { serveHttp } from '../shared/triggers/http-pipeline.ts'
import { liveHeapMb } from './live-heap.ts'

z.config({ jitless: true })
const made = createServices(loadConfig(process.env))
/** As many places as a benchmark needs: an instance of the suite lets fewer calls be at work at once, and the others wait. */
const aiAdmissions = once(async () =>
  createAiAdmissions({ store: made.store(), now: made.now, placesOf: () => ({ shared: 1_000, enterprise: 0 }) }),
)
const services = { ...made, aiAdmissions }
/** Without parameters in their paths: no others are asked for. */
const handlers = new Map<string, ReturnType<typeof serveHttp>>(
  theoneaiApi.definitions.flatMap((definition) =>
    definition.kind === 'http'
      ? [[`${definition.method} /api/${definition.route}`, serveHttp(definition, services)] as const]
      : [],
  ),
)

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (url.pathname === '/heap')
    return void response.end(JSON.stringify({ heap: liveHeapMb(), rss: process.memoryUsage().rss / 2 ** 20 }))
  const handler = handlers.get(`${request.method} ${url.pathname}`)
  if (!handler) return void response.writeHead(404).end()
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, all = []]) => [name, all.join()]),
  )
  const given = { method: request.method ?? 'GET', url: url.href, headers, body: { bytes: await buffer(request) } }
  const context = new InvocationContext({ invocationId: randomUUID() })
  const { status = 200, headers: answered, body } = await handler(new HttpRequest(given), context)
  response.writeHead(status, { ...(answered as Record<string, string>) })
  if (body === undefined || body === null || typeof body === 'string') return void response.end(body ?? '')
  await pipeline(Readable.from(body as AsyncIterable<Uint8Array>), response)
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error))
})

await serveAsChild(async () => ({
  urls: { functions: await listenOnLoopback(server, 0, '--port') },
  close: async () => {
    await closeServer(server, 0)
    await (await aiAdmissions()).close()
    await made.close()
  },
}))
