// Gives an answer of a model to its caller: whole, or as the events of a stream.
import { AppError } from '../errors.ts'
import type { ServerEvent } from '../http/event-stream.ts'
import type { EventsReply } from '../triggers/http.ts'
import { begun } from './begun.ts'
import type { AnswerEvent } from './feature-answer.ts'

type WholeReply<Answer> = {
  readonly status: 200
  readonly body: Answer
  /** What is left of the limits; none when no model was asked. */
  readonly headers: Readonly<Record<string, string>>
}

/** @throws AppError whatever the work throws; `model-cut-off` when it ends without an answer */
export const wholeReply = async <Answer>(work: AsyncIterable<AnswerEvent<Answer>>): Promise<WholeReply<Answer>> => {
  let headers = {}
  for await (const event of work) {
    if (event.kind === 'progress') headers = event.headers
    if (event.kind === 'done') return { status: 200, body: event.answer, headers }
  }
  throw new AppError('model-cut-off', 'The answer ended without its last part. Ask again.')
}

/**
 * Who is not let in learns it by the status; and the headers say what is left of the limits.
 * @param signal of the caller
 * @throws what the work throws before its first event
 */
export const eventsReply = async <Answer>(
  work: AsyncGenerator<AnswerEvent<Answer>>,
  signal: AbortSignal,
): Promise<EventsReply> => {
  const { first, events } = await begun(work, signal)
  return { events: serverEvents(events), headers: first.kind === 'progress' ? first.headers : {} }
}

async function* serverEvents(events: AsyncIterable<AnswerEvent<unknown>>): AsyncGenerator<ServerEvent> {
  for await (const event of events) yield { event: event.kind, data: dataOf(event) }
}

const dataOf = (event: AnswerEvent<unknown>): unknown => {
  switch (event.kind) {
    case 'progress':
      return { stage: event.stage }
    case 'text':
      return { text: event.text }
    case 'retract':
      return { reason: event.reason }
    case 'done':
      return event.answer
  }
}
