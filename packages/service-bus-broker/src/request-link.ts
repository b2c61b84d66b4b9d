// Requests over AMQP: a client sends to `$cbs` or `<entity>/$management` and names the link on which it waits for the answer.
import rhea, { type EventContext, type Receiver, type Message as RheaMessage, type Sender } from 'rhea'
import { RefusedError, accepted, conditions, types } from './amqp.ts'
import type { Turn } from './turn.ts'

export type Answer = { readonly status: number; readonly description: string; readonly body?: unknown }

/** May throw a RefusedError, whose condition then goes to the client. */
export type Handler = (operation: string, body: Readonly<Record<string, unknown>>) => Answer

const credit = 100

export const openRequestLink = (receiver: Receiver, handle: Handler, turn: Turn): void => {
  receiver.set_target({ address: receiver.target.address })
  receiver.set_source(receiver.source)
  receiver.add_credit(credit)
  receiver.on('message', ({ message, delivery }: EventContext) => {
    const request = rhea.message.decode(message as unknown as Buffer) as unknown as RheaMessage
    const reply = replyTo(request, answerTo(request, handle))
    turn.commit(() => {
      if (!receiver.is_open()) return
      delivery?.update(true, accepted())
      receiver.add_credit(1)
      replySender(receiver, request)?.send(reply)
    })
  })
}

/** The other direction: nothing is sent here but answers. */
export const openReplyLink = (sender: Sender): void => {
  sender.set_source({ address: sender.source.address })
  sender.set_target(sender.target)
}

type Failure = Answer & { readonly condition: string }

const statusOf: Readonly<Record<string, number>> = {
  [conditions.lockLost]: 410,
  [conditions.messageNotFound]: 404,
  [conditions.notFound]: 404,
  [conditions.messageTooLarge]: 413,
  [conditions.notImplemented]: 501,
}

const answerTo = (request: RheaMessage, handle: Handler): Answer | Failure => {
  const operation = String((request['application_properties'] as { operation?: unknown } | undefined)?.operation)
  try {
    const body: unknown = request['body']
    return handle(operation, typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {})
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { status: statusOf[error.condition] ?? 400, description: error.message, condition: error.condition }
  }
}

/** Both spellings of each name are in use. */
const replyTo = (request: RheaMessage, answer: Answer | Failure): RheaMessage => {
  const status = types.wrap_int(answer.status)
  const reply = {
    correlation_id: request['message_id'] as unknown,
    application_properties: {
      statusCode: status,
      'status-code': status,
      statusDescription: answer.description,
      'status-description': answer.description,
      ...('condition' in answer && {
        errorCondition: types.wrap_symbol(answer.condition),
        'error-condition': types.wrap_symbol(answer.condition),
      }),
    },
    body: answer.body ?? {},
  }
  return reply as unknown as RheaMessage
}

/** The SDK names the link in its requests: by its target for `$management`, by its name for `$cbs`. */
const replySender = (receiver: Receiver, request: RheaMessage): Sender | undefined =>
  receiver.session.find_sender((sender: Sender) =>
    [sender.target?.address, sender.name].includes(request['reply_to'] as string),
  )
