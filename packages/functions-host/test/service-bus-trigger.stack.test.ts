import { type InvocationContext, app } from '@azure/functions'
import { ServiceBusClient } from '@azure/service-bus'
import { mkdtemp, rm } from 'node:fs/promises'
import Long from 'long'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunningBroker, startBroker } from '@theone/service-bus-broker'
import { Entities } from '@theone/service-bus-broker/entities'
import { type Host, startHost } from '../src/host.ts'
import { eventually } from '../../../test/support/eventually.ts'

const queue = (name: string) => ({ name, properties: { lockDuration: 'PT30S', maxDeliveryCount: 3 } })
const entities = Entities.parse({
  queues: [queue('work'), queue('copies')],
  topics: [
    {
      name: 'news',
      properties: {},
      subscriptions: [{ name: 'readers', properties: { lockDuration: 'PT30S', maxDeliveryCount: 3 }, rules: [] }],
    },
  ],
})

let stateFolder: string
let broker: RunningBroker
let client: ServiceBusClient
let host: Host | undefined
let lines: string[]

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'service-bus-trigger-'))
  broker = await startBroker({ port: 0, entities })
  client = new ServiceBusClient(broker.connectionString)
  lines = []
})
afterEach(async () => {
  await host?.close()
  host = undefined
  await client.close()
  await broker.close()
  await rm(stateFolder, { recursive: true, force: true })
})

type Handler = (message: unknown, context: InvocationContext) => Promise<void> | void

const start = async (register: () => void, serviceBus: object = {}): Promise<Host> => {
  host = await startHost({
    entry: async () => register(),
    port: 0,
    stateFolder,
    settings: { BUS: broker.connectionString, QUEUE: 'work' },
    hostJson: { version: '2.0', extensions: { serviceBus } },
    log: ({ message }) => lines.push(message),
  })
  return host
}
const onQueue = (handler: Handler) =>
  app.serviceBusQueue('worker', { queueName: '%QUEUE%', connection: 'BUS', handler })
const send = (body: unknown, more: object = {}) => client.createSender('work').sendMessages({ body, ...more })
const waiting = async (path: string, options: { subQueueType?: 'deadLetter' } = {}) => {
  const receiver = client.createReceiver(path, options)
  // From the beginning: left to itself, a client goes on where it peeked last.
  const messages = await receiver.peekMessages(50, { fromSequenceNumber: Long.UONE })
  await receiver.close()
  return messages
}

describe('a Service Bus trigger', () => {
  it('gets the body and the metadata as the Azure host passes them, and completes the message', async () => {
    const seen: { message: unknown; metadata: InvocationContext['triggerMetadata'] }[] = []
    await start(() => onQueue((message, { triggerMetadata }) => void seen.push({ message, metadata: triggerMetadata })))
    await send(
      { hello: 'world' },
      {
        messageId: 'message-1',
        subject: 'greeting',
        correlationId: 'c-1',
        contentType: 'application/json',
        applicationProperties: { attempt: 2, Publisher: 'code' },
      },
    )
    await eventually(
      async () => seen.length,
      (count) => count === 1,
      10_000,
    )
    expect(seen[0]).toMatchObject({
      message: { hello: 'world' },
      metadata: {
        messageId: 'message-1',
        subject: 'greeting',
        correlationId: 'c-1',
        contentType: 'application/json',
        deliveryCount: 1,
        applicationProperties: { attempt: 2, publisher: 'code' },
      },
    })
    await eventually(
      () => waiting('work'),
      (messages) => messages.length === 0,
      10_000,
    )
    expect(await waiting('work', { subQueueType: 'deadLetter' })).toEqual([])
  })

  it('gives a message back when the function throws, until the broker sets it aside', async () => {
    const counts: unknown[] = []
    await start(() =>
      onQueue((_, { triggerMetadata }) => {
        counts.push(triggerMetadata?.['deliveryCount'])
        throw new Error('not today')
      }),
    )
    await send('poison')
    const dead = await eventually(
      () => waiting('work', { subQueueType: 'deadLetter' }),
      (messages) => messages.length === 1,
      10_000,
    )
    expect(counts).toEqual([1, 2, 3])
    expect(dead[0]?.deadLetterReason).toBe('MaxDeliveryCountExceeded')
  })

  it('settles each of many messages by its own outcome, side by side', async () => {
    const handled: string[] = []
    // The first sixteen end in the same moment, some well and some badly: the hardest for those who settle them.
    const together = Promise.withResolvers<void>()
    let arrived = 0
    await start(
      () =>
        onQueue(async (message) => {
          const text = String(message)
          arrived += 1
          if (arrived === 16) together.resolve()
          await together.promise
          if (text.startsWith('bad')) throw new Error(text)
          handled.push(text)
        }),
      { maxConcurrentCalls: 16 },
    )
    const names = Array.from({ length: 40 }, (_, index) => `${index % 4 === 0 ? 'bad' : 'good'}-${index}`)
    await client.createSender('work').sendMessages(names.map((body) => ({ body })))
    const dead = await eventually(
      () => waiting('work', { subQueueType: 'deadLetter' }),
      (messages) => messages.length === 10,
      15_000,
    )
    await eventually(
      () => waiting('work'),
      (messages) => messages.length === 0,
      10_000,
    )
    expect(handled.toSorted()).toEqual(names.filter((name) => name.startsWith('good')).toSorted())
    expect(dead.map(({ body }) => String(body)).toSorted()).toEqual(
      names.filter((name) => name.startsWith('bad')).toSorted(),
    )
  })

  it.each([
    ['good', 'bad'],
    ['bad', 'good'],
  ])('settles two neighbours that end in the same moment each by its own outcome: %s, then %s', async (...names) => {
    const calls: string[] = []
    // Exactly two and at once: rhea would write the outcome of the first for both.
    const together = Promise.withResolvers<void>()
    await start(() =>
      onQueue(async (message) => {
        calls.push(String(message))
        if (calls.length === 2) together.resolve()
        await together.promise
        if (message === 'bad') throw new Error('bad')
      }),
    )
    await client.createSender('work').sendMessages(names.map((body) => ({ body })))
    const dead = await eventually(
      () => waiting('work', { subQueueType: 'deadLetter' }),
      (messages) => messages.length > 0,
      10_000,
    )
    expect(dead.map(({ body }) => String(body))).toEqual(['bad'])
    expect(calls.toSorted()).toEqual(['bad', 'bad', 'bad', 'good'])
    expect(await waiting('work')).toEqual([])
  })

  it('runs no more than maxConcurrentCalls at once', async () => {
    let [running, most, done] = [0, 0, 0]
    await start(
      () =>
        onQueue(async () => {
          running += 1
          most = Math.max(most, running)
          await new Promise((resolve) => setTimeout(resolve, 20))
          running -= 1
          done += 1
        }),
      { maxConcurrentCalls: 3 },
    )
    await client.createSender('work').sendMessages(Array.from({ length: 20 }, (_, index) => ({ body: index })))
    await eventually(
      async () => done,
      (count) => count === 20,
      15_000,
    )
    expect(most).toBe(3)
  })

  it('listens to a subscription of a topic', async () => {
    const seen: unknown[] = []
    await start(() =>
      app.serviceBusTopic('reader', {
        topicName: 'news',
        subscriptionName: 'readers',
        connection: 'BUS',
        handler: (message) => void seen.push(message),
      }),
    )
    await client.createSender('news').sendMessages({ body: 'extra' })
    await eventually(
      async () => seen,
      (messages) => messages.length === 1,
      10_000,
    )
    expect(seen).toEqual(['extra'])
  })

  it('lets a running function finish and settle when the host shuts down', async () => {
    const begun = Promise.withResolvers<void>()
    await start(() =>
      onQueue(async () => {
        begun.resolve()
        await new Promise((resolve) => setTimeout(resolve, 300))
      }),
    )
    await send('last')
    await begun.promise
    await host?.close()
    expect(await waiting('work')).toEqual([])
    expect(await waiting('work', { subQueueType: 'deadLetter' })).toEqual([])
  })

  it.each<[string, () => void, RegExp]>([
    [
      'a connection that has no setting',
      () => app.serviceBusQueue('worker', { queueName: 'work', connection: 'ELSEWHERE', handler: () => {} }),
      /needs the setting ELSEWHERE/,
    ],
    [
      'batches',
      () =>
        app.serviceBusQueue('worker', { queueName: 'work', connection: 'BUS', cardinality: 'many', handler: () => {} }),
      /batches/,
    ],
  ])('is refused with %s', async (_, register, problem) => {
    const { errors } = await start(() => {
      register()
      app.http('other', { handler: () => ({}) })
    })
    expect([...errors.values()].flat().join()).toMatch(problem)
  })
})
