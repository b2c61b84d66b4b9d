// The queues of our subscribers on Service Bus: sends to them, now or later, and takes out what the broker gave up.
import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSender,
} from '@azure/service-bus'
import { AppError } from '../errors.ts'

/** A body that is JSON or other text is given as text, anything else as bytes. */
export type QueueMessage = {
  readonly messageId: string
  readonly body: string | Uint8Array
  readonly contentType?: string | undefined
  readonly properties: Readonly<Record<string, string | number>>
}

export type DeadLetter = QueueMessage & {
  /** What the broker wrote on it: `MaxDeliveryCountExceeded`, `TTLExpiredException`. */
  readonly reason: string
  readonly deliveryCount: number
}

/** `left`: it cannot be taken now, and those after it shall not wait for it. */
export type DeadLetterFate = 'taken' | 'left'

/** Every function throws `bus-unavailable` when the broker does not answer, `value-too-large` for a message over its limit. */
export type Queues = {
  /** Sends now, or so that it arrives at a time. The queue drops a message whose id it had within the last minutes. */
  readonly send: (queue: string, message: QueueMessage, at?: Date) => Promise<void>
  /**
   * Hands over the dead letters of the queue and of the subscription that forwards to it, oldest first, until nothing comes any more.
   * What is taken is removed, what is left comes again in a later sweep. A failure of `take` leaves the letter too, and ends the sweep.
   * @returns how many were taken
   */
  readonly sweepDeadLetters: (
    queue: string,
    take: (letter: DeadLetter) => Promise<DeadLetterFate>,
    options: {
      readonly signal: AbortSignal
      /** False for a queue of commands: no subscription forwards to it. */
      readonly isForwardedTo?: boolean
    },
  ) => Promise<number>
  readonly close: () => Promise<void>
}

/** The topic whose subscriptions forward to our queues, each to the queue of its own name (`entities.json`). */
const topic = 'one-bus'

/** The SDK by itself would go on trying for minutes, for as long as the function may run. */
const sendMsMax = 30_000
const waitMsForMore = 1_000
const lettersPerReceive = 20

/** @param connect makes the client when it is first needed */
export const createQueues = (connect: () => Promise<ServiceBusClient>): Queues => {
  let client: Promise<ServiceBusClient> | undefined
  const senders = new Map<string, ServiceBusSender>()
  const connected = async (): Promise<ServiceBusClient> => {
    const connecting = (client ??= connect())
    try {
      return await connecting
    } catch (error) {
      // What could not be loaded or resolved now may be later.
      if (client === connecting) client = undefined
      throw error
    }
  }
  const senderOf = async (queue: string): Promise<ServiceBusSender> => {
    const opened = await connected()
    const sender = senders.get(queue) ?? opened.createSender(queue)
    senders.set(queue, sender)
    return sender
  }
  return {
    send: (queue, { messageId, body, contentType, properties }, at) =>
      asAppError(`send to ${queue}`, async () => {
        const sender = await senderOf(queue)
        const message = {
          messageId,
          // As bytes: the SDK would put a text in quotes.
          body: typeof body === 'string' ? Buffer.from(body) : body,
          ...(contentType !== undefined && { contentType }),
          applicationProperties: { ...properties },
          ...(at && { scheduledEnqueueTimeUtc: at }),
        }
        await sender.sendMessages(message, { abortSignal: AbortSignal.timeout(sendMsMax) })
      }),
    sweepDeadLetters: async (queue, take, { signal, isForwardedTo = true }) => {
      const opened = await asAppError(`open the dead letters of ${queue}`, connected)
      const options = { subQueueType: 'deadLetter', skipParsingBodyAsJson: true } as const
      const ofQueue = await sweep(opened.createReceiver(queue, options), take, signal)
      if (!isForwardedTo) return ofQueue
      // Where the broker puts what it can forward no longer: the queue was full or disabled, or the message too old.
      return ofQueue + (await sweep(opened.createReceiver(topic, queue, options), take, signal))
    },
    close: async () => {
      const opened = client
      client = undefined
      senders.clear()
      await (await opened)?.close()
    },
  }
}

const sweep = async (
  receiver: ServiceBusReceiver,
  take: (letter: DeadLetter) => Promise<DeadLetterFate>,
  signal: AbortSignal,
): Promise<number> => {
  const { entityPath } = receiver
  let taken = 0
  try {
    while (!signal.aborted) {
      const letters = await asAppError(`receive from ${entityPath}`, () =>
        receiver.receiveMessages(lettersPerReceive, { maxWaitTimeInMs: waitMsForMore, abortSignal: signal }),
      )
      if (letters.length === 0) break
      for (const letter of letters) {
        if (signal.aborted) break
        // What is left stays locked until this sweep is over, and so does not come again in it.
        if ((await take(toDeadLetter(letter))) === 'left') continue
        // One after the other: rhea 3.0.5 confuses the outcomes of neighbours that are settled at once.
        await asAppError(`remove a message of ${entityPath}`, () => receiver.completeMessage(letter))
        taken += 1
      }
    }
  } finally {
    await receiver.close()
  }
  return taken
}

const toDeadLetter = (message: ServiceBusReceivedMessage): DeadLetter => ({
  messageId: idOf(message),
  body: message.body as Uint8Array,
  ...(message.contentType !== undefined && { contentType: message.contentType }),
  properties: Object.fromEntries(
    Object.entries(message.applicationProperties ?? {}).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
    ),
  ),
  reason: message.deadLetterReason ?? 'unknown',
  deliveryCount: message.deliveryCount ?? 0,
})

/** On Azure a message need not have an id; its number in the queue tells it apart as well. */
const idOf = ({ messageId, sequenceNumber }: ServiceBusReceivedMessage): string =>
  messageId === undefined || messageId === '' ? `sequence-${sequenceNumber?.toString() ?? '0'}` : String(messageId)

const asAppError = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'MessageSizeExceeded')
      throw new AppError('value-too-large', `Service Bus could not ${what}: the message is too large.`, {
        cause: error,
      })
    throw new AppError('bus-unavailable', `Service Bus could not ${what}.`, { cause: error })
  }
}
