// Hands events to the topic of the broker. Those that arrive while others are on their way go together in the next batch.
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusMessageBatch,
  type ServiceBusSender,
} from '@azure/service-bus'

export type BusTopic = {
  /**
   * Resolves when the broker has stored the message, or says that it is too large to be stored.
   * @throws BrokerAwayError; the message may be stored all the same
   */
  readonly send: (message: ServiceBusMessage) => Promise<'stored' | 'too-large'>
  readonly close: () => Promise<void>
}

export class BrokerAwayError extends Error {
  override readonly name = 'BrokerAwayError'
}

type Waiting = {
  readonly message: ServiceBusMessage
  readonly resolve: (outcome: 'stored' | 'too-large') => void
  readonly reject: (reason: unknown) => void
}

/** One retry finds a broker that was started anew. All of it ends before a publisher loses its patience, which is 10 s. */
const retryOptions = { maxRetries: 1, retryDelayInMs: 200, timeoutInMs: 3_000 }
const batchMsMax = 7_000

/** Connects with the first message. */
export const openBusTopic = (connectionString: string, name: string): BusTopic => {
  const client = new ServiceBusClient(connectionString, { retryOptions })
  const sender = client.createSender(name)
  let waiting: Waiting[] = []
  let isSending = false

  const sendAll = async (): Promise<void> => {
    isSending = true
    while (waiting.length > 0) {
      const taken: Waiting[] = []
      try {
        await sendBatch(sender, waiting, taken)
        for (const { resolve } of taken) resolve('stored')
      } catch (cause) {
        const error = new BrokerAwayError(`The broker did not take events for the topic ${name}.`, { cause })
        // What waits would meet the same end, only later.
        for (const { reject } of [...taken, ...waiting]) reject(error)
        waiting = []
      }
    }
    isSending = false
  }

  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ message, resolve, reject })
        if (!isSending) void sendAll()
      }),
    close: () => client.close(),
  }
}

const sendBatch = async (sender: ServiceBusSender, waiting: Waiting[], taken: Waiting[]): Promise<void> => {
  const abortSignal = AbortSignal.timeout(batchMsMax)
  const batch = await sender.createMessageBatch({ abortSignal })
  moveInto(batch, waiting, taken)
  if (taken.length > 0) await sender.sendMessages(batch, { abortSignal })
}

/** Moves from `waiting` to `taken` what fits. What can never be sent is answered here. */
const moveInto = (batch: ServiceBusMessageBatch, waiting: Waiting[], taken: Waiting[]): void => {
  for (let next = waiting[0]; next; next = waiting[0]) {
    try {
      if (batch.tryAddMessage(next.message)) taken.push(next)
      else if (taken.length > 0) return
      else next.resolve('too-large')
    } catch (error) {
      next.reject(error)
    }
    waiting.shift()
  }
}
