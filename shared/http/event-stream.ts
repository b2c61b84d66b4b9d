// Server-sent events: writes what an iterator gives as they stand in the HTML standard, section 9.2, until it ends, fails, or the caller leaves.
import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError, toAppError } from '../errors.ts'
import type { CallerConnection } from './caller-connection.ts'

/** One event: of a name, with a value that is written as JSON; or a bare text of one line, where a wire wants that (`[DONE]`). */
export type ServerEvent =
  | { readonly event?: string; readonly id?: string; readonly data: unknown }
  | { readonly text: string }

export const eventStreamType = 'text/event-stream; charset=utf-8'

/** Below the four minutes of silence after which the Azure host gives up, and the one minute of some proxies. */
export const heartbeatMsUsual = 15_000

/** Nothing that is meant for a person is longer. */
const bytesMax = 16_777_216

type EventStream = {
  readonly events: AsyncIterable<ServerEvent>
  /** What the caller is told when the iterator fails. */
  readonly failureEvent: (error: AppError) => ServerEvent
  readonly connection: CallerConnection
  readonly heartbeatMs?: number
  /** Called once, when the stream is over: with why it failed, `caller-gone` among it. */
  readonly onEnd: (error?: AppError) => void
}

/**
 * The bytes of the stream. It begins with a comment, so that the caller has the headers at once, and has one more whenever nothing happened for
 * a while. A caller that reads slowly is waited for, and the iterator with it; it runs in the context in which this function was called.
 */
export async function* eventStream(stream: EventStream): AsyncGenerator<Uint8Array> {
  const { connection, failureEvent, onEnd } = stream
  let failure: AppError | undefined
  try {
    yield* framesOf(stream)
  } catch (thrown) {
    failure = toAppError(thrown)
    if (failure.code !== 'caller-gone') yield encode(frameOf(failureEvent(failure)))
  } finally {
    onEnd(failure ?? (connection.signal.aborted ? toAppError(connection.signal.reason) : undefined))
  }
}

async function* framesOf({
  events,
  connection,
  heartbeatMs = heartbeatMsUsual,
}: EventStream): AsyncGenerator<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]()
  let bytes = 0
  try {
    yield comment
    for (;;) {
      const next = iterator.next()
      const outcome = yield* withHeartbeats(next, connection, heartbeatMs)
      if (outcome.done) return
      const frame = encode(frameOf(outcome.value))
      bytes += frame.byteLength
      if (bytes > bytesMax) throw new AppError('value-too-large', `The answer has more than ${bytesMax} bytes.`)
      await connection.drained()
      yield frame
    }
  } finally {
    // It may never come to its end: whoever left does not wait for it.
    void Promise.resolve(iterator.return?.()).catch(() => {})
  }
}

type Outcome = IteratorResult<ServerEvent, unknown>

async function* withHeartbeats(
  next: Promise<Outcome>,
  { signal, isSlow }: CallerConnection,
  heartbeatMs: number,
): AsyncGenerator<Uint8Array, Outcome> {
  const gone = goneOf(signal)
  try {
    for (;;) {
      const beat = afterMs(heartbeatMs)
      const outcome = await Promise.race([next, gone.promise, beat.promise]).finally(beat.stop)
      if (outcome !== undefined) return outcome
      if (!isSlow()) yield comment
    }
  } finally {
    gone.stop()
    next.catch(() => {})
  }
}

const afterMs = (ms: number) => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  return { promise, stop: () => clearTimeout(timer) }
}

const goneOf = (signal: AbortSignal) => {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  const leave = (): void => reject(signal.reason as Error)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave)
  return { promise, stop: () => signal.removeEventListener('abort', leave) }
}

/** The library reads the stream elsewhere: trace, log and watch of the call would be lost there. */
export const inThisContext = (events: AsyncIterable<ServerEvent>): AsyncIterable<ServerEvent> => {
  const run = AsyncLocalStorage.snapshot()
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = run(() => events[Symbol.asyncIterator]())
      return {
        next: () => run(() => iterator.next()),
        return: (value?: unknown) =>
          run(() => iterator.return?.(value) ?? Promise.resolve({ done: true as const, value: undefined })),
      }
    },
  }
}

const frameOf = (event: ServerEvent): string => {
  if ('text' in event) return `data: ${event.text}\n\n`
  const name = event.event === undefined ? '' : `event: ${event.event}\n`
  const id = event.id === undefined ? '' : `id: ${event.id}\n`
  // JSON has no line break of its own.
  return `${name}${id}data: ${JSON.stringify(event.data)}\n\n`
}

const encoder = new TextEncoder()
const encode = (text: string): Uint8Array => encoder.encode(text)

const comment = encode(':\n\n')
