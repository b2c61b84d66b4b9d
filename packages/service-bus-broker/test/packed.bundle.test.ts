// The package as it is published, used from plain JavaScript with the real SDK.
import { type Child, startChild } from '@theone/local-process/child-process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, installPacked, nodeProgram } from '../../../test/support/packed-package.ts'

let installation: Installation
let child: Child | undefined
beforeAll(async () => {
  installation = await installPacked(['local-process', 'service-bus-broker'], ['@azure/service-bus', '@types/node'])
  installation.write('entities.json', JSON.stringify({ queues: [{ name: 'orders' }] }))
}, 90_000)
afterEach(async () => {
  await child?.stop()
  child = undefined
})
afterAll(() => installation?.remove())

/** Sends one message and settles it, in an own process; writes what it received. */
const exchange = (connectionString: string): string => `import { ServiceBusClient } from '@azure/service-bus'
const client = new ServiceBusClient('${connectionString}')
await client.createSender('orders').sendMessages({ body: { order: 1 } })
const receiver = client.createReceiver('orders')
const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 10_000 })
await receiver.completeMessage(message)
const left = await receiver.peekMessages(1)
console.log(JSON.stringify(message.body), message.deliveryCount, left.length)
await client.close()
`

describe('the packed broker', () => {
  it.each(['node', 'node22'])('takes a message from the real SDK and gives it back on %s', async (node) => {
    child = await startChild({
      name: 'Service Bus',
      file: installation.program('service-bus-broker'),
      args: [
        '--entities',
        `${installation.folder}/entities.json`,
        '--port',
        '0',
        '--data',
        `${installation.folder}/${node}`,
      ],
      node: nodeProgram(node),
    })
    const { host } = new URL(child.urls['serviceBus'] ?? '')
    const connectionString = `Endpoint=sb://${host};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`
    const program = installation.write('exchange.js', exchange(connectionString))
    expect(await installation.run(program)).toBe('{"order":1} 0 0\n')
  })

  it('runs inside a program, which closes it', async () => {
    const program = installation.write(
      'inside.js',
      `import { startBroker } from '@theone/service-bus-broker'
import { readEntities } from '@theone/service-bus-broker/entities'
import { ServiceBusClient } from '@azure/service-bus'
const broker = await startBroker({ port: 0, entities: readEntities('entities.json') })
const client = new ServiceBusClient(broker.connectionString)
await client.createSender('orders').sendMessages({ body: 'kept in memory' })
const [message] = await client.createReceiver('orders').receiveMessages(1, { maxWaitTimeInMs: 10_000 })
console.log(message.body)
await client.close()
await broker.close()
`,
    )
    expect(await installation.run(program)).toBe('kept in memory\n')
  })

  it('brings its types', async () => {
    const file = installation.write(
      'typed.ts',
      `import { type RunningBroker, startBroker } from '@theone/service-bus-broker'
import { createManualClock } from '@theone/service-bus-broker/clock'
import { readEntities } from '@theone/service-bus-broker/entities'
const entities = readEntities('entities.json')
export const broker: RunningBroker = await startBroker({ port: 0, entities, clock: createManualClock() })
// @ts-expect-error: entities are not a file's name
export const wrong = startBroker({ port: 0, entities: 'entities.json' })
`,
    )
    expect(await installation.typeErrors(file)).toBe('')
  })
})
