// A link on which a client receives messages from a queue, and says what became of each.
import type { Delivery, EventContext, Sender } from 'rhea'
import { conditions } from './amqp.ts'
import type { Consumer, Dispatcher } from './dispatcher.ts'
import { deliveryTagOf } from './locks.ts'
import type { Outcome, Queue } from './queue.ts'
import { answerDrain, attachFields, createSendWindow, settleDelivery } from './rhea-internals.ts'
import type { Turn } from './turn.ts'

/** Settled by the sender on the way: receive-and-delete. */
const settledMode = 1

/** Returns what takes the link out of service. */
export const openOutgoingLink = (sender: Sender, queue: Queue, dispatcher: Dispatcher, turn: Turn): (() => void) => {
  const deletes = sender.snd_settle_mode === settledMode
  const fields = attachFields(sender)
  fields.snd_settle_mode = deletes ? settledMode : 0
  fields.rcv_settle_mode = deletes ? 0 : 1
  sender.set_source({ address: sender.source.address })
  sender.set_target(sender.target)

  const window = createSendWindow(sender)
  const tokens = new WeakMap<Delivery, string>()
  let isDraining = false
  const consumer: Consumer = {
    mode: deletes ? 'delete' : 'lock',
    capacity: window.capacity,
    deliver: ({ token, message }) => {
      const delivery = sender.send(message, token === undefined ? undefined : deliveryTagOf(token), 0)
      window.sent(delivery)
      if (token !== undefined) tokens.set(delivery, token)
    },
    roundEnded: () => {
      if (isDraining) answerDrain(sender)
      isDraining = false
    },
  }
  const lookForMessages = (): void => {
    dispatcher.mark(queue)
    turn.commit()
  }
  sender.on('sender_flow', lookForMessages)
  sender.on('sender_draining', () => {
    isDraining = true
    lookForMessages()
  })
  for (const [event, outcomeOf] of Object.entries(outcomes))
    sender.on(event, ({ delivery }: EventContext) => {
      const token = delivery && tokens.get(delivery)
      if (delivery === undefined || token === undefined) return
      tokens.delete(delivery)
      const isSettled = queue.settle(token, outcomeOf(delivery))
      turn.commit(() => {
        if (sender.is_open()) settleDelivery(delivery, isSettled ? 'accepted' : lockLost)
      })
    })
  dispatcher.add(queue, consumer)
  return () => dispatcher.remove(queue, consumer)
}

const lockLost = {
  condition: conditions.lockLost,
  description:
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
}

/** What the SDK's ways to settle look like on the wire. */
const outcomes: Readonly<Record<string, (delivery: Delivery) => Outcome>> = {
  accepted: () => ({ kind: 'complete' }),
  released: () => ({ kind: 'release' }),
  modified: ({ remote_state: state }) => ({
    kind: state?.['undeliverable_here'] === true ? 'defer' : 'abandon',
    properties: (state?.['message_annotations'] ?? {}) as Record<string, unknown>,
  }),
  rejected: ({ remote_state: state }) => {
    const error = (state?.['error'] ?? {}) as { condition?: string; description?: string; info?: object }
    const isDeadLetter = error.condition === 'com.microsoft:dead-letter'
    return {
      kind: 'dead-letter',
      properties: {
        ...(!isDeadLetter && { DeadLetterReason: error.condition, DeadLetterErrorDescription: error.description }),
        ...error.info,
      },
    }
  },
}
