// An answer of Jarvis as the caller wants it: whole, or as events.
import { AppError } from '../../../shared/errors.ts'
import { begun } from '../../../shared/features/begun.ts'
import type { ServerEvent } from '../../../shared/http/event-stream.ts'
import type { Services } from '../../../shared/services.ts'
import type { EventsReply } from '../../../shared/triggers/http.ts'
import { type JarvisEvent, type Question, askJarvis } from './asking.ts'
import type { Message } from './contract.ts'

type Whole = {
  readonly message: Message
  /** What is left of the limits; none when no model was asked. */
  readonly headers: Readonly<Record<string, string>>
}

export const wholeAnswer = async (services: Services, asked: Question): Promise<Whole> => {
  let headers = {}
  for await (const event of askJarvis(services, asked)) {
    if (event.kind === 'progress') headers = event.headers
    if (event.kind === 'done') return { message: event.message, headers }
  }
  throw new AppError('model-cut-off', 'The answer ended without its last part. Ask again.')
}

/** Who is not let in learns it by the status; and the headers say what is left of the limits. */
export const streamedAnswer = async (services: Services, asked: Question): Promise<EventsReply> => {
  const { first, events } = await begun(askJarvis(services, asked), asked.signal)
  return { events: serverEvents(events), headers: first.kind === 'progress' ? first.headers : {} }
}

async function* serverEvents(events: AsyncIterable<JarvisEvent>): AsyncGenerator<ServerEvent> {
  for await (const event of events) yield { event: event.kind, data: dataOf(event) }
}

const dataOf = (event: JarvisEvent): unknown => {
  switch (event.kind) {
    case 'progress':
      return { stage: event.stage }
    case 'text':
      return { text: event.text }
    case 'retract':
      return { reason: event.reason }
    case 'done':
      return event.message
  }
}
