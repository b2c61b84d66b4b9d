// A broker of its own for a test, with the real SDK connected to it.
import { ServiceBusClient, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import Long from 'long'
import { onTestFinished } from 'vitest'
import { type RunningBroker, startBroker } from '../src/broker.ts'
import { type ManualClock, createManualClock } from '../src/clock.ts'
import { Entities, type EntitiesFile } from '../src/entities.ts'
import { temporaryFolder } from './temporary-folder.ts'

export type Bus = {
  readonly client: ServiceBusClient
  readonly port: number
  readonly connectionString: string
  readonly clock: ManualClock
  /** What the broker logged. */
  readonly lines: readonly string[]
  /** Peek-lock, without renewing anything by itself. */
  readonly receiver: (queue: string) => ServiceBusReceiver
  readonly deadLetters: (queue: string) => ServiceBusReceiver
  readonly stopBroker: () => Promise<void>
  /** On the same port and folder, maybe with other entities. */
  readonly startBroker: (entities?: EntitiesFile) => Promise<void>
  /** Ends broker and client, and starts both anew. */
  readonly restart: (options?: { readonly entities?: EntitiesFile; readonly whileAway?: () => void }) => Promise<void>
}

/** Retries fast, so that a broker that comes back is found at once. */
export const connect = (connectionString: string): ServiceBusClient =>
  new ServiceBusClient(connectionString, { retryOptions: { retryDelayInMs: 50, maxRetries: 20, timeoutInMs: 5_000 } })

/** Closed when the test is over. */
export const openBus = async (entities: EntitiesFile, { onDisk = false } = {}): Promise<Bus> => {
  const folder = temporaryFolder()
  const clock = createManualClock()
  const lines: string[] = []
  const start = (given: EntitiesFile, port: number): Promise<RunningBroker> =>
    startBroker({
      port,
      entities: Entities.parse(given),
      clock,
      onLine: (line) => lines.push(line),
      ...(onDisk && { dataFolder: folder }),
    })
  let broker: RunningBroker | undefined = await start(entities, 0)
  const port = Number(new URL(broker.url).port)
  const { connectionString } = broker
  let client = connect(connectionString)
  const stop = async (): Promise<void> => {
    await broker?.close()
    broker = undefined
  }
  const restarted = async (other: EntitiesFile = entities): Promise<void> => {
    broker = await start(other, port)
  }
  onTestFinished(async () => {
    await client.close()
    await stop()
  })
  const options = { maxAutoLockRenewalDurationInMs: 0 }
  return {
    get client() {
      return client
    },
    port,
    connectionString,
    clock,
    lines,
    receiver: (queue) => client.createReceiver(queue, options),
    deadLetters: (queue) => client.createReceiver(queue, { ...options, subQueueType: 'deadLetter' }),
    stopBroker: stop,
    startBroker: restarted,
    restart: async ({ entities: other, whileAway = () => {} } = {}) => {
      await client.close()
      await stop()
      whileAway()
      await restarted(other)
      client = connect(connectionString)
    },
  }
}

/** @throws Error when it does not come within 10 s */
export const receiveOne = async (receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> => {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 })
  if (message === undefined) throw new Error(`Nothing came from ${receiver.entityPath}.`)
  return message
}

/** From the first one on: peeking goes on from the last one otherwise. */
export const bodiesIn = async (receiver: ServiceBusReceiver): Promise<readonly unknown[]> =>
  (await receiver.peekMessages(1_000, { fromSequenceNumber: Long.ZERO })).map(({ body }) => body as unknown)
