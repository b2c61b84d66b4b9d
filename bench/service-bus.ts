// What the local Service Bus holds: durable messages a second end to end, and what 100,000 waiting messages change about it.
// node bench/service-bus.ts [--messages 10000] [--waiting 100000]
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ServiceBusClient, type ServiceBusReceiver, type ServiceBusSender } from '@azure/service-bus'
import { type Child, startChild } from '@theone/local-process/child-process'
import type { EntitiesFile } from '@theone/service-bus-broker/entities'
import { brokerProgram } from '../local/package-programs.ts'

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '10000' }, waiting: { type: 'string', default: '100000' } },
})
const messages = Number(values.messages)
const waiting = Number(values.waiting)
const concurrency = 50
const batch = 100
const rounds = 5
const body = { text: 'x'.repeat(1_000) }

const entities: EntitiesFile = { queues: [{ name: 'empty' }, { name: 'full' }] }
const folder = mkdtempSync(join(tmpdir(), 'service-bus-bench-'))
const entitiesFile = join(folder, 'entities.json')
writeFileSync(entitiesFile, JSON.stringify(entities))

const startBroker = (data: string): Promise<Child> =>
  startChild({
    name: 'Service Bus',
    file: brokerProgram,
    args: ['--port', '0', '--data', join(folder, data), '--entities', entitiesFile, '--quiet'],
    onLine: (line) => console.error(line),
    readyMsMax: 120_000,
  })

const clientOf = (broker: Child): ServiceBusClient =>
  new ServiceBusClient(
    `Endpoint=${(broker.urls['serviceBus'] ?? '').replace('amqp:', 'sb:')};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`,
  )

const perSecond = async (count: number, run: () => Promise<void>): Promise<number> => {
  const start = performance.now()
  await run()
  return (count * 1_000) / (performance.now() - start)
}

/** Each send is awaited; so many at a time. */
const sendAll = async (sender: ServiceBusSender, count: number): Promise<void> => {
  let left = count
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await sender.sendMessages({ body })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

const fill = async (sender: ServiceBusSender, count: number): Promise<void> => {
  for (let sent = 0; sent < count; sent += batch)
    await sender.sendMessages(Array.from({ length: Math.min(batch, count - sent) }, () => ({ body })))
}

const completeAll = async (receiver: ServiceBusReceiver, count: number): Promise<void> => {
  for (let done = 0; done < count;) {
    const received = await receiver.receiveMessages(Math.min(batch, count - done), { maxWaitTimeInMs: 5_000 })
    if (received.length === 0) throw new Error(`Only ${done} of ${count} messages came.`)
    await Promise.all(received.map((message) => receiver.completeMessage(message)))
    done += received.length
  }
}

/** Sent, stored, received by a subscriber and completed, all at the same time. */
const endToEnd = async (client: ServiceBusClient, queue: string, count: number): Promise<number> => {
  const sender = client.createSender(queue)
  const receiver = client.createReceiver(queue)
  await sender.sendMessages({ body })
  await completeAll(receiver, 1)
  const emitter = new EventTarget()
  let handled = 0
  const rate = await perSecond(count, async () => {
    const all = once(emitter, 'all')
    const subscription = receiver.subscribe(
      {
        processMessage: async () => {
          handled += 1
          if (handled === count) emitter.dispatchEvent(new Event('all'))
        },
        processError: async ({ error }) => console.error(error),
      },
      { maxConcurrentCalls: 32 },
    )
    await sendAll(sender, count)
    await all
    await subscription.close()
  })
  await Promise.all([sender.close(), receiver.close()])
  return rate
}

const receiveRate = async (client: ServiceBusClient, queue: string, count: number): Promise<number> => {
  const receiver = client.createReceiver(queue)
  await completeAll(receiver, 1)
  const rate = await perSecond(count, () => completeAll(receiver, count))
  await receiver.close()
  return rate
}

const memoryMb = (broker: Child): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${broker.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024

const timedStart = async (data: string): Promise<{ readonly broker: Child; readonly ms: number }> => {
  const start = performance.now()
  const broker = await startBroker(data)
  return { broker, ms: performance.now() - start }
}

const row = (title: string, empty: number, full: number): Record<string, string | number> => ({
  '': title,
  empty: Math.round(empty),
  [`${waiting} waiting`]: Math.round(full),
  ratio: (full / empty).toFixed(2),
})

const median = (rates: readonly number[]): number => rates.toSorted((a, b) => a - b)[rates.length >> 1] ?? Number.NaN

/** The two are measured in turn, so that whatever else the machine does meets both. */
const alternate = async (
  clients: readonly [ServiceBusClient, ServiceBusClient],
  run: (client: ServiceBusClient, count: number) => Promise<number>,
): Promise<readonly [number, number]> => {
  const rates: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1)
    for (const index of [0, 1] as const) rates[index].push(await run(clients[index], messages / rounds))
  return [median(rates[0]), median(rates[1])]
}

const measure = async (): Promise<void> => {
  const small = await timedStart('empty')
  const large = await timedStart('full')
  const clients = [clientOf(small.broker), clientOf(large.broker)] as const
  await fill(clients[1].createSender('full'), waiting)
  for (const client of clients) await fill(client.createSender('full'), messages + rounds)
  const endToEndRates = await alternate(clients, (client, count) => endToEnd(client, 'empty', count))
  const receiveRates = await alternate(clients, (client, count) => receiveRate(client, 'full', count))
  const memory = [memoryMb(small.broker), memoryMb(large.broker)] as const
  await Promise.all(clients.map((client) => client.close()))
  await Promise.all([small.broker.kill(), large.broker.kill()])
  const again = [await timedStart('empty'), await timedStart('full')] as const
  const restarted = [memoryMb(again[0].broker), memoryMb(again[1].broker)] as const
  console.table([
    row('end to end, awaited sends, messages/s', ...endToEndRates),
    row('receive 100 + complete, messages/s', ...receiveRates),
    row('start after a crash, ms', again[0].ms, again[1].ms),
    row('memory after the runs, MB', ...memory),
    row('memory after the start, MB', ...restarted),
  ])
  console.log(`Store: ${Math.round(statSync(join(folder, 'full/messages.sqlite')).size / 1_048_576)} MB.`)
  await Promise.all(again.map(({ broker }) => broker.stop()))
}

try {
  await measure()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
