// The server-sent events of an answer, in the order in which they come.
import { createParser } from 'eventsource-parser'

export type ServerEvent = { readonly event: string; readonly data: unknown }

/**
 * Reads a body of server-sent events with JSON as their data. Leaving the loop early cancels the body.
 * @param cutOff makes the error for a body that breaks off, or is no event stream
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  cutOff: (cause: unknown) => Error,
): AsyncGenerator<ServerEvent, void, undefined> {
  const ready: ServerEvent[] = []
  const parser = createParser({
    onEvent: ({ event = 'message', data }) => ready.push({ event, data: JSON.parse(data) as unknown }),
    onError: (error) => {
      throw cutOff(error)
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* ready.splice(0)
    }
  } catch (error) {
    throw cutOff(error)
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
