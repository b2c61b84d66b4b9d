// Stands between a client and an HTTP service on loopback, and spoils what a test asks it to.
import { type IncomingMessage, type ServerResponse, createServer, request as send } from 'node:http'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'

/**
 * What happens to a request: `pass`, `refuse` (503, not passed on), `hang` (no answer), `lose` (passed on, then 503 instead of the
 * answer), `cut` (passed on, then the connection breaks).
 */
export type Fault = 'pass' | 'refuse' | 'hang' | 'lose' | 'cut'

export type FaultProxy = {
  readonly url: string
  /** Decides for each request, by its method and URL. */
  decide: (method: string, url: string) => Fault
  readonly close: () => Promise<void>
}

/** The clients of Azure try again as often as ever, and wait for nothing in between. */
const atOnce = { 'retry-after-ms': '0' }

export const startFaultProxy = async (target: string): Promise<FaultProxy> => {
  const server = createServer((request, response) => {
    const fault = proxy.decide(request.method ?? '', request.url ?? '')
    if (fault === 'hang') return
    if (fault === 'refuse') {
      request.resume().once('end', () => response.writeHead(503, atOnce).end())
      return
    }
    forward(target, request, response, fault)
  })
  const proxy: FaultProxy = {
    url: await listenOnLoopback(server, 0, 'none'),
    decide: () => 'pass',
    close: () => closeServer(server, 0),
  }
  return proxy
}

const forward = (target: string, request: IncomingMessage, response: ServerResponse, fault: Fault): void => {
  const upstream = send(new URL(request.url ?? '/', target), { method: request.method, headers: request.headers })
  upstream.once('error', () => response.destroy())
  upstream.once('response', (answer) => {
    if (fault === 'pass') {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      return
    }
    answer.resume().once('end', () => {
      if (fault === 'lose') response.writeHead(503, atOnce).end()
      else request.socket.destroy()
    })
  })
  request.pipe(upstream)
}
