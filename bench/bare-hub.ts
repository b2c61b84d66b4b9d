// Process entry: the least that can stand in for Hub's billing. It takes every usage, and says at GET / how many there were.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { serveAsChild } from '@theone/local-process/child-process'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'

let reports = 0

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.setHeader('content-type', 'application/json')
  if (request.method === 'GET') {
    response.end(JSON.stringify({ reports }))
    return
  }
  reports += 1
  const date = request.url?.slice(request.url.lastIndexOf('/') + 1)
  const usage = (await json(request)) as object
  response.statusCode = 201
  response.end(JSON.stringify({ date, ...usage, recordedAt: new Date().toISOString(), adjustments: [] }))
}

await serveAsChild(async () => {
  const server = createServer((request, response) => void answer(request, response))
  // Longer than any pause of whoever asks: it must not send into a connection that is being closed.
  server.keepAliveTimeout = 65_000
  const hub = await listenOnLoopback(server, 0, 'nothing, since the port is free')
  return { urls: { hub }, close: () => closeServer(server) }
})
