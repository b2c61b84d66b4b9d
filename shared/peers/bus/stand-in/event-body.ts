// Reads what is published to the bus: the text of one JSON document, which goes on to the broker as it came.
import type { IncomingMessage } from 'node:http'
import { busContentTypes, busLimits } from '../contract.ts'
import { type Answer, problem, readBody } from '../../../../local/stand-ins/http-exchange.ts'

/** `text` without a byte order mark, and the value that it holds. */
export type EventBody = { readonly text: string; readonly value: unknown }

/** The body, or the answer that says why it cannot be read. */
export const readEventBody = async (request: IncomingMessage): Promise<EventBody | { readonly refusal: Answer }> => {
  const body = await readBody(request, busLimits.eventBytes)
  if (!body) return { refusal: tooLarge() }
  const contentType = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (!busContentTypes.some((accepted) => accepted === contentType))
    return {
      refusal: problem(415, 'The content type is not that of an event', {
        detail: `Send ${busContentTypes.join(' or ')}.`,
      }),
    }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return { text, value: JSON.parse(text) as unknown }
  } catch {
    return { refusal: problem(400, 'The body is not valid JSON in UTF-8') }
  }
}

export const tooLarge = (): Answer =>
  problem(413, 'The event is too large', {
    detail: `At most ${busLimits.eventBytes} bytes, with what the broker adds to it.`,
  })
