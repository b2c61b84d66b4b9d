// Whether the caller of an HTTP function is still there, and how fast it reads. The library has no word for either, so its own server is
// watched: with HTTP streaming on, each request reaches it with the id of its run, and its connection closes when the caller leaves.
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LRUCache } from 'lru-cache'
import { AppError } from '../errors.ts'

export type CallerConnection = {
  /** Aborted when the caller left before its answer was whole; never without HTTP streaming. */
  readonly signal: AbortSignal
  /** What was written waits for the caller to read. */
  readonly isSlow: () => boolean
  /** Resolves when the caller has read enough to be sent more. One that reads nothing for too long is cut off. */
  readonly drained: () => Promise<void>
}

/** A caller that reads nothing for so long is taken for gone. */
const slowMsMax = 60_000

const responses = new Map<string, ServerResponse>()
/** Who left before the function asked. */
const left = new LRUCache<string, true>({ max: 1_000 })
let isWatching = false

/** For an app with HTTP streaming on, before its first request. */
export const watchCallerConnections = (): void => {
  if (isWatching) return
  isWatching = true
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse }
    const id = request.headers['x-ms-invocation-id']
    if (typeof id !== 'string') return
    responses.set(id, response)
    response.once('close', () => {
      responses.delete(id)
      if (!response.writableFinished) left.set(id, true)
    })
  })
}

export const callerConnection = (invocationId: string): CallerConnection => {
  const response = responses.get(invocationId)
  const leaving = new AbortController()
  const leave = (): void => leaving.abort(new AppError('caller-gone', 'The caller left before the answer was there.'))
  if (left.has(invocationId)) leave()
  response?.once('close', () => {
    if (!response.writableFinished) leave()
  })
  const isSlow = (): boolean => response?.writableNeedDrain ?? false
  return {
    signal: leaving.signal,
    isSlow,
    drained: async () => {
      if (response === undefined || !isSlow() || leaving.signal.aborted) return
      const cutOff = setTimeout(() => response.destroy(), slowMsMax)
      await once(response, 'drain', { signal: leaving.signal }).catch(() => {})
      clearTimeout(cutOff)
    },
  }
}
