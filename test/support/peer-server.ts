// A peer that answers as a test scripts it, over a real socket.
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type SeenRequest = {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

export const never: Reply = () => {}

export const reset: Reply = (response) => {
  response.socket?.resetAndDestroy()
}

/** Answers the nth request with the nth reply, and the last one from then on. */
export const startPeerServer = async (...replies: readonly Reply[]) => {
  const requests: SeenRequest[] = []
  let script = replies
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      const seen = { method: request.method, url: request.url, headers: request.headers, body }
      requests.push(seen)
      const reply = script[Math.min(requests.length, script.length) - 1]
      reply?.(response, seen)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** From now on, whatever was asked before. */
    answerWith: (reply: Reply): void => {
      script = [reply]
    },
    close: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
export type PeerServer = Awaited<ReturnType<typeof startPeerServer>>
