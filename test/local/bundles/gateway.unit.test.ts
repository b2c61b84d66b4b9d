import { type RequestListener, type Server, type ServerResponse, createServer, request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import type { AppHost } from '../../../local/bundles/app-host.ts'
import { createGateway } from '../../../local/bundles/gateway.ts'

const servers: Server[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => closeServer(server)))
})

const listening = (server: Server): Promise<string> => {
  servers.push(server)
  return listenOnLoopback(server, 0, 'PORT')
}

/** A host with one function, and the gateway before it. */
const gatewayOf = async (listener: RequestListener): Promise<string> => {
  const url = await listening(createServer({ keepAliveTimeout: 9_000 }, listener))
  const bindings = [{ type: 'httpTrigger', route: 'things', methods: ['GET'] }]
  const host: AppHost = {
    app: 'things',
    functions: [{ name: 'listThings', config: { bindings } }],
    url: () => url,
    stop: async () => {},
  }
  return listening(createGateway([host]))
}

const rawAnswer = (url: string): Promise<{ readonly status: number | undefined; readonly raw: readonly string[] }> =>
  new Promise((resolve, reject) => {
    request(url, (answer) => {
      answer.resume().once('end', () => resolve({ status: answer.statusCode, raw: answer.rawHeaders }))
    })
      .once('error', reject)
      .end()
  })

it('says how long it keeps a connection itself, not how long the app does', async () => {
  const url = await gatewayOf((_, response) => response.end('[]'))
  const { raw } = await rawAnswer(`${url}/api/things`)
  const kept = raw.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() === 'keep-alive' ? [raw[index + 1]] : [],
  )
  expect(kept).toEqual(['timeout=130'])
})

it('passes on all other headers as they came, repeated ones too', async () => {
  const url = await gatewayOf((_, response) => {
    response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Thing', 'connection'])
    response.end('[]')
  })
  const { raw } = await rawAnswer(`${url}/api/things`)
  expect(raw).toEqual(expect.arrayContaining(['Set-Cookie', 'a=1', 'b=2', 'X-Thing', 'connection']))
})

it('answers 502 for an app that is away', async () => {
  const url = await gatewayOf((_, response) => response.destroy())
  expect((await rawAnswer(`${url}/api/things`)).status).toBe(502)
})

it('leaves the app when its caller leaves, before an answer and within one', async () => {
  for (const begin of [() => {}, (response: ServerResponse) => void response.write('[')]) {
    const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const url = await gatewayOf((_, response) => {
      response.once('close', left.resolve)
      begin(response)
      asked.resolve()
    })
    const caller = request(`${url}/api/things`).on('error', () => {})
    caller.on('response', (answer) => answer.on('error', () => {}).resume()).end()
    await asked.promise
    caller.destroy()
    await left.promise
  }
})
