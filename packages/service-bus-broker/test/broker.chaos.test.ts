// The broker is killed again and again under load. What it said yes to must hold: sent is kept, completed is gone.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Child, startChild } from '@theone/local-process/child-process'
import { isLong } from '../../../test/support/thoroughness.ts'
import type { EntitiesFile } from '../src/entities.ts'
import { temporaryFolder } from './temporary-folder.ts'

const entities: EntitiesFile = {
  queues: [{ name: 'work', properties: { lockDuration: 'PT5S', maxDeliveryCount: 2_000 } }],
  topics: [{ name: 'topic', subscriptions: [{ name: 'work', properties: { forwardTo: 'work' } }] }],
}

const kills = isLong ? 12 : 4
/** Less than that would say nothing. */
const sentMin = 100

const start = (folder: string, port: number): Promise<Child> =>
  startChild({
    name: 'Service Bus',
    file: join(import.meta.dirname, '../src/main.ts'),
    args: [
      '--port',
      String(port),
      '--data',
      join(folder, 'data'),
      '--entities',
      join(folder, 'entities.json'),
      '--quiet',
    ],
  })

const portOf = (broker: Child): number => Number(new URL(broker.urls['serviceBus'] ?? '').port)

/** What happened from the clients' view: ids that the broker said yes to, and when each came. */
type Ledger = {
  readonly sent: Set<string>
  readonly completed: Set<string>
  /** Received although its completion had been confirmed before. */
  readonly cameBack: Set<string>
  readonly received: Set<string>
  /** Their completion was asked for, maybe without an answer. */
  readonly completing: Set<string>
}

const newClient = (port: number): ServiceBusClient =>
  new ServiceBusClient(
    `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`,
    { retryOptions: { maxRetries: 0, timeoutInMs: 2_000 } },
  )

const errorsAreExpected = (): void => {}

/** Not waited for: a client whose broker was killed while it opened a link closes a minute later. */
const letGo = (client: ServiceBusClient): void => void client.close().catch(errorsAreExpected)

/** A call during which the broker is killed may wait for a minute: it is as good as failed long before. */
const inTime = <Answer>(call: Promise<Answer>): Promise<Answer> =>
  Promise.race([
    call,
    sleep(5_000, undefined, { ref: false }).then(() => {
      throw new Error('No answer within 5 s.')
    }),
  ])

/** Sends one after the other until it is stopped; a failure leaves open whether it arrived, so that id does not count. */
const keepSending = async (port: number, name: string, ledger: Ledger, isOver: () => boolean): Promise<void> => {
  let next = 0
  while (!isOver()) {
    const client = newClient(port)
    const sender = client.createSender(name.startsWith('t') ? 'topic' : 'work')
    try {
      while (!isOver()) {
        next += 1
        const id = `${name}-${next}`
        await inTime(sender.sendMessages({ body: id, messageId: id }))
        ledger.sent.add(id)
      }
    } catch {
      await sleep(20)
    }
    letGo(client)
  }
}

const settle = async (
  receiver: ReturnType<ServiceBusClient['createReceiver']>,
  message: ServiceBusReceivedMessage,
  ledger: Ledger,
): Promise<void> => {
  const id = String(message.messageId)
  ledger.received.add(id)
  if (ledger.completed.has(id)) ledger.cameBack.add(id)
  // Every fifth attempt is given back, so that the way back is under fire too.
  if ((message.deliveryCount ?? 0) === 0 && id.endsWith('5')) return receiver.abandonMessage(message)
  ledger.completing.add(id)
  await receiver.completeMessage(message)
  ledger.completed.add(id)
}

const keepReceiving = async (port: number, ledger: Ledger, isOver: () => boolean): Promise<void> => {
  while (!isOver()) {
    const client = newClient(port)
    const receiver = client.createReceiver('work', { maxAutoLockRenewalDurationInMs: 0 })
    try {
      while (!isOver()) {
        const messages = await inTime(receiver.receiveMessages(10, { maxWaitTimeInMs: 200 }))
        // One after the other: rhea writes two outcomes of one moment as one, the first of them.
        for (const message of messages) await inTime(settle(receiver, message, ledger))
      }
    } catch {
      await sleep(20)
    }
    letGo(client)
  }
}

/** @throws Error when a confirmed message has not come within 60 s */
const receiveTheRest = async (port: number, ledger: Ledger): Promise<void> => {
  const isDone = (): boolean => [...ledger.sent].every((id) => ledger.completing.has(id))
  const deadline = Date.now() + 60_000
  const isOver = (): boolean => isDone() || Date.now() > deadline
  await keepReceiving(port, ledger, isOver)
}

const runSchedule = async (pausesMs: readonly number[]): Promise<Ledger> => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'entities.json'), JSON.stringify(entities))
  const ledger: Ledger = {
    sent: new Set(),
    completed: new Set(),
    cameBack: new Set(),
    received: new Set(),
    completing: new Set(),
  }
  let broker = await start(folder, 0)
  const port = portOf(broker)
  let over = false
  const isOver = (): boolean => over
  const load = [
    ...['q1', 'q2', 't1', 't2'].map((name) => keepSending(port, name, ledger, isOver)),
    ...[1, 2].map(() => keepReceiving(port, ledger, isOver)),
  ]
  try {
    for (const pause of pausesMs) {
      await sleep(pause)
      await broker.kill()
      broker = await start(folder, port)
    }
    for (const deadline = Date.now() + 60_000; ledger.sent.size <= sentMin && Date.now() < deadline;) await sleep(100)
    over = true
    await Promise.all(load)
    await receiveTheRest(port, ledger)
  } finally {
    over = true
    await Promise.all(load)
    await broker.stop()
  }
  return ledger
}

const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)

describe(`a broker that is killed under load (CHAOS_SEED=${seed})`, () => {
  it('loses nothing that it took, and brings nothing back that it let go', async () => {
    const pause = fc.integer({ min: 300, max: 1_500 })
    const [pauses = []] = fc.sample(fc.array(pause, { minLength: kills, maxLength: kills }), { seed, numRuns: 1 })
    const ledger = await runSchedule(pauses)
    expect(ledger.sent.size).toBeGreaterThan(sentMin)
    // A completion whose answer was lost may have happened; whatever was not even tried is lost.
    expect([...ledger.sent].filter((id) => !ledger.completing.has(id))).toEqual([])
    expect([...ledger.cameBack]).toEqual([])
  })
})

describe('the store of a broker that was killed', () => {
  it('is the whole of what the next one needs', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'entities.json'), JSON.stringify(entities))
    const first = await start(folder, 0)
    const client = newClient(portOf(first))
    await client.createSender('work').sendMessages({ body: 'last words' })
    await first.kill()
    await client.close().catch(errorsAreExpected)
    expect(readFileSync(join(folder, 'data/messages.sqlite-wal')).length).toBeGreaterThan(0)
    const second = await start(folder, 0)
    const other = newClient(portOf(second))
    const [message] = await other.createReceiver('work').peekMessages(1)
    expect(message?.body).toBe('last words')
    await other.close()
    await second.stop()
  })
})
