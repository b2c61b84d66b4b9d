// Stands between the functions and what they call, counts their requests, and holds one of them: the moment at which they crash.
import { type IncomingMessage, type ServerResponse, createServer, request as send } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'

/** `before`: what is called never hears of the request; `after`: it has done what was asked, and nobody hears its answer. */
export type Side = 'before' | 'after'

export type HoldingProxy = { readonly url: string; readonly close: () => Promise<void> }

/** `request`: its number, counted from 1, or what it looks like, such as `POST /v1/tickets`. */
export type Hold = { readonly request: number | RegExp; readonly side: Side }

/** @param isCounted says of a method, URL and body whether it is one of the steps */
export const createRequestCount = (isCounted: (method: string, url: string, body: string) => boolean) => {
  let seen: string[] = []
  let hold: Hold | undefined
  let held = Promise.withResolvers<void>()
  return {
    begin: (next?: Hold): void => {
      seen = []
      hold = next
      held = Promise.withResolvers()
    },
    seen: (): readonly string[] => [...seen],
    held: (): Promise<void> => held.promise,
    /** The side on which this request is to be held, if it is the one. */
    count: (method: string, url: string, body: string): Side | undefined => {
      if (!isCounted(method, url, body)) return undefined
      const request = `${method} ${url}`
      seen.push(request)
      const isIt = typeof hold?.request === 'number' ? seen.length === hold.request : hold?.request.test(request)
      return isIt ? hold?.side : undefined
    },
    reachedHold: (): void => held.resolve(),
  }
}
export type RequestCount = ReturnType<typeof createRequestCount>

/**
 * A held request is never answered; its connection ends with the process that asked.
 * @param counts several hold a request each, of work that goes on at once
 */
export const startHoldingProxy = async (target: string, ...counts: readonly RequestCount[]): Promise<HoldingProxy> => {
  const server = createServer((request, response) => {
    void handle(target, counts, request, response)
  })
  const url = await listenOnLoopback(server, 0, 'none')
  return { url, close: () => closeServer(server, 0) }
}

const handle = async (
  target: string,
  counts: readonly RequestCount[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  // Whoever asked may be killed at any moment; there is nobody left to tell then.
  response.once('error', () => {})
  try {
    const body = await buffer(request)
    const { method = '', url = '' } = request
    const sides = counts.map((count) => [count, count.count(method, url, body.toString())] as const)
    const [count, side] = sides.find(([, held]) => held !== undefined) ?? []
    if (side === 'before') return count?.reachedHold()
    const answer = await forward(target, request, body)
    const answerBody = await buffer(answer)
    if (side === 'after') return count?.reachedHold()
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    response.end(answerBody)
  } catch {
    response.destroy()
  }
}

const forward = (target: string, { url = '/', method, headers }: IncomingMessage, body: Buffer) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const upstream = send(new URL(url, target), { method, headers, agent: false })
    upstream.once('response', resolve)
    upstream.once('error', reject)
    upstream.end(body)
  })
