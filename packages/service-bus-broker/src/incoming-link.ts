// A link on which a client sends messages to a queue or topic.
import type { Delivery, EventContext, Receiver } from 'rhea'
import { RefusedError, conditions } from './amqp.ts'
import type { FateLog } from './fate-log.ts'
import { messageBytesMax, refuseTooLarge } from './message-size.ts'
import { parseMessage, splitBatch } from './message.ts'
import type { Inlet } from './inlet.ts'
import { type Reply, answerDelivery, attachFields, batchFormat } from './rhea-internals.ts'
import type { Turn } from './turn.ts'

/** How many messages a sender may have on their way. */
const credit = 500

type Target = { readonly name: string; readonly inlet: Inlet }

export const openIncomingLink = (receiver: Receiver, { name, inlet }: Target, turn: Turn, log: FateLog): void => {
  attachFields(receiver).max_message_size = messageBytesMax
  receiver.set_target({ address: receiver.target.address })
  receiver.set_source(receiver.source)
  receiver.add_credit(credit)
  receiver.on('message', ({ message, delivery }: EventContext) => {
    // See `receiveBytes`.
    const bytes = message as unknown as Buffer
    if (delivery === undefined) return
    const reply = receive(inlet, bytes, delivery)
    if (reply !== 'accepted' && reply.condition === conditions.messageTooLarge)
      log('refused: too large', name, undefined, { bytes: bytes.length, bytesMax: messageBytesMax })
    turn.commit(() => {
      if (!receiver.is_open()) return
      answerDelivery(delivery, reply)
      receiver.add_credit(1)
    })
  })
}

/** All messages of a batch or none. */
const receive = (inlet: Inlet, bytes: Buffer, { format, id }: Delivery): Reply => {
  try {
    refuseTooLarge(bytes.length, `The received message (delivery-id:${id}, size:${bytes.length} bytes)`)
    inlet.send((format === batchFormat ? splitBatch(bytes) : [bytes]).map(parseMessage))
    return 'accepted'
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return { condition: error.condition, description: error.message }
  }
}
