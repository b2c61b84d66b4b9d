// A broker of a test's own with one queue of our kind, and what is in that queue.
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus'
import { startBroker } from '@theone/service-bus-broker'
import { Entities } from '@theone/service-bus-broker/entities'
import { type Queues, createQueues } from '../../../shared/bus/queues.ts'

export type TestQueue = {
  readonly connectionString: string
  readonly queues: Queues
  /** Takes out what is there, and fails unless it is so many; what comes later is not waited for. */
  readonly take: (count: number) => Promise<readonly ServiceBusReceivedMessage[]>
  readonly stop: () => Promise<void>
}

const properties = { requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'PT10M' }

export const startTestQueue = async (): Promise<TestQueue> => {
  const entities = Entities.parse({ queues: [{ name: 'test-queue', properties }], topics: [] })
  const broker = await startBroker({ port: 0, entities })
  const client = new ServiceBusClient(broker.connectionString)
  const queues = createQueues(async () => new ServiceBusClient(broker.connectionString))
  const receiver = client.createReceiver('test-queue', { receiveMode: 'receiveAndDelete', skipParsingBodyAsJson: true })
  return {
    connectionString: broker.connectionString,
    queues,
    take: async (count) => {
      const taken: ServiceBusReceivedMessage[] = []
      while (taken.length < count) {
        const more = await receiver.receiveMessages(count - taken.length, { maxWaitTimeInMs: 5_000 })
        if (more.length === 0) break
        taken.push(...more)
      }
      const left = await receiver.peekMessages(10)
      if (taken.length !== count || left.length > 0)
        throw new Error(`The queue had ${taken.length} of ${count} messages, and ${left.length} more.`)
      return taken
    },
    stop: async () => {
      await queues.close()
      await client.close()
      await broker.close()
    },
  }
}
