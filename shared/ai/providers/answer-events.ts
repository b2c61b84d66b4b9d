// Reads the events of an answer while they come, within the time that each step may take.
import { createParser } from 'eventsource-parser'
import { failures } from './model-failure.ts'

export type Patience = {
  /** Until the first event. */
  readonly firstByteMs: number
  /** From then on, until the next bytes: a ping is as good as a word. */
  readonly idleMs: number
}

/** A frame that is longer is none. */
const frameLengthMax = 1_048_576

/**
 * The data of each event in its order; comments are passed over, and characters that are split across chunks put together. Leaving the loop
 * ends the connection.
 * @throws ModelFailure when it is silent for too long, breaks off, or has a frame without an end
 */
export async function* answerEvents(
  body: ReadableStream<Uint8Array>,
  { firstByteMs, idleMs }: Patience,
): AsyncGenerator<string> {
  const events: string[] = []
  const parser = createParser({ onEvent: ({ data }) => void events.push(data) })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let unread = 0
  let begun = false
  try {
    for (;;) {
      const { value, done } = await withinSilence(reader.read(), begun ? idleMs : firstByteMs, begun)
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      unread = events.length > 0 ? 0 : unread + value.byteLength
      if (unread > frameLengthMax) throw failures.malformed(new Error(`A frame has more than ${frameLengthMax} bytes.`))
      begun ||= events.length > 0
      yield* events.splice(0)
    }
  } finally {
    // A connection that was broken off has nothing to cancel.
    await reader.cancel().catch(() => {})
  }
}

/** Of an answer that is one piece. @throws ModelFailure as `answerEvents` */
export async function* wholeBody(
  body: ReadableStream<Uint8Array>,
  { firstByteMs, idleMs }: Patience,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  try {
    for (;;) {
      const { value, done } = await withinSilence(reader.read(), text === '' ? firstByteMs : idleMs, text !== '')
      if (done) break
      text += decoder.decode(value, { stream: true })
      if (text.length > wholeLengthMax)
        throw failures.malformed(new Error(`It has more than ${wholeLengthMax} characters.`))
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
  yield text + decoder.decode()
}

/** What is said in hours, with all that a provider tells beside it. */
const wholeLengthMax = 8_388_608

const withinSilence = async <T>(reading: Promise<T>, ms: number, begun: boolean): Promise<T> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(failures.late(begun ? 'the next part of its answer' : 'the beginning of its answer')),
    ms,
  )
  try {
    return await Promise.race([reading, late.promise])
  } finally {
    clearTimeout(timer)
    reading.catch(() => {})
  }
}
