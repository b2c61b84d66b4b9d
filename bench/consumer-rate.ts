// How many messages a second a subscriber handles that has nothing to do, beside the SDK alone, and beside a function in the local host
// without the suite, which shows the host's share. Each of them drains a queue of its own that was filled before it was started.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceBusClient } from '@azure/service-bus'
import { type Child, startChild } from '@theone/local-process/child-process'
import { hostProgram } from '../local/package-programs.ts'
import { projectFolder } from '../local/parts.ts'
import type { CloudEvent } from '../shared/bus/cloud-event.ts'
import { newEvent } from '../shared/bus/event.ts'
import { createStore } from '../shared/store/store.ts'
import { tenantTable } from '../shared/tenants/tenant-directory.ts'
import type { Bench } from './benchmark.ts'
import { startBroker } from './broker.ts'
import { type Drained, drainedLine, messageCount } from './drain.ts'
import { type Measurement, median } from './measurement.ts'

const rounds = 3
/** The suite, its checks and the host together leave 70 % of what the SDK alone gets through. */
const goalOfSubscriber = 1 / 0.7
const drainMsMax = 120_000
const batchSize = 100
const hostJson = join(projectFolder, 'host.json')

const queues = ['bare-receiver', 'bare-function', 'subscriber'] as const
type QueueName = (typeof queues)[number]

type Env = Readonly<Record<string, string>>

/** Every one once a round, so that all of them meet the same weather. */
export const measureConsumerRate = async ({ folder, settings, progress }: Bench): Promise<readonly Measurement[]> => {
  const broker = await startBroker(folder, {
    queues: queues.map((name) => ({ name, properties: { lockDuration: 'PT30S', requiresDuplicateDetection: true } })),
  })
  const client = new ServiceBusClient(broker.connectionString)
  try {
    const env = { ...settings, SERVICE_BUS: broker.connectionString }
    const tenantId = await knownTenant(settings['DATA_STORAGE'] ?? '')
    const taken: Record<QueueName, number[]> = { 'bare-receiver': [], 'bare-function': [], subscriber: [] }
    for (let round = 1; round <= rounds; round += 1) {
      progress(`consumer rate, round ${round} of ${rounds}`)
      for (const queue of queues) {
        await fill(client, queue, tenantId)
        taken[queue].push((await drain(queue, folder, env)).messagesPerSecond)
      }
    }
    return measurementsOf(taken)
  } finally {
    await client.close()
    await broker.child.stop()
  }
}

/** As one whom Hub has vouched for: it is not asked again. */
const knownTenant = async (connectionString: string): Promise<string> => {
  const tenantId = `tenant-${randomUUID()}`
  const rows = createStore({ connectionString }).open(tenantTable)
  await rows.tenant.upsert({ tenantId, name: 'Example', seenAt: new Date().toISOString() })
  return tenantId
}

const fill = async (client: ServiceBusClient, queue: QueueName, tenantId: string): Promise<void> => {
  const sender = client.createSender(queue)
  for (let sent = 0; sent < messageCount; sent += batchSize)
    await sender.sendMessages(Array.from({ length: batchSize }, () => messageOf(permissionChanged(tenantId))))
  await sender.close()
}

const permissionChanged = (tenantId: string): CloudEvent =>
  newEvent({
    type: 'hub.iam.permission_changed',
    tenantId,
    data: {
      actor: { type: 'user', id: 'admin-1' },
      user_id: `user-${randomUUID()}`,
      outcome: 'success',
      user_version: 2,
      before: { status: 'active', org_role: 'viewer', products: ['psa', 'code'] },
      after: { status: 'active', org_role: 'admin', products: ['psa', 'code'] },
    },
    now: new Date(),
  })

/** As it comes out of the topic. */
const messageOf = (event: CloudEvent) => ({
  messageId: event.id,
  subject: event.type,
  body: Buffer.from(JSON.stringify(event)),
  contentType: 'application/cloudevents+json',
  applicationProperties: { type: event.type, publisher: 'hub', tenantid: event.tenantid },
})

/** @throws Error when it takes more than two minutes, or the process ends */
const drain = async (queue: QueueName, folder: string, env: Env): Promise<Drained> => {
  const drained = Promise.withResolvers<Drained>()
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    const found = drainedLine.read(line)
    if (found) drained.resolve(found)
    else if (stream === 'stderr') console.error(line)
  }
  const child = await startChild({ name: queue, ...programOf(queue, folder), env, onLine })
  const late = setTimeout(
    () => drained.reject(new Error(`${queue} did not handle ${messageCount} messages within ${drainMsMax} ms.`)),
    drainMsMax,
  )
  try {
    return await Promise.race([drained.promise, endedEarly(child)])
  } finally {
    clearTimeout(late)
    await child.stop()
  }
}

const endedEarly = async ({ name, ended }: Child): Promise<never> => {
  const { lastLines } = await ended
  throw new Error(`${name} ended before it had handled ${messageCount} messages: ${lastLines.join('\n')}`)
}

const programOf = (queue: QueueName, folder: string): { readonly file: string; readonly args: readonly string[] } => {
  if (queue === 'bare-receiver')
    return { file: join(projectFolder, 'bench/bare-receiver.ts'), args: [queue, String(callsAtOnce())] }
  const app = queue === 'subscriber' ? 'bare-subscriber-app' : 'bare-queue-app'
  const entry = join(projectFolder, 'bench', `${app}.ts`)
  return {
    file: hostProgram,
    args: ['--entry', entry, '--port', '0', '--state', join(folder, queue), '--host-json', hostJson, '--quiet'],
  }
}

/** What the project's host.json gives a function. */
const callsAtOnce = (): number => {
  const { extensions } = JSON.parse(readFileSync(hostJson, 'utf8')) as {
    extensions: { serviceBus: { maxConcurrentCalls: number } }
  }
  return extensions.serviceBus.maxConcurrentCalls
}

const names: Readonly<Record<QueueName, string>> = {
  subscriber: 'Subscriber that does nothing',
  'bare-function': 'bare function',
  'bare-receiver': 'bare SDK',
}

const measurementsOf = (taken: Readonly<Record<QueueName, readonly number[]>>): readonly Measurement[] => {
  const compare = (name: string, queue: QueueName, floor: QueueName, goal?: number): Measurement => ({
    name,
    figure: median(taken[queue]),
    unit: 'messages/s',
    floor: { name: names[floor], figure: median(taken[floor]) },
    ...(goal !== undefined && { goal }),
    details: {
      least: Math.min(...taken[queue]),
      most: Math.max(...taken[queue]),
      floorLeast: Math.min(...taken[floor]),
      floorMost: Math.max(...taken[floor]),
    },
  })
  return [
    compare('Subscriber that does nothing', 'subscriber', 'bare-receiver', goalOfSubscriber),
    compare('Subscriber that does nothing', 'subscriber', 'bare-function'),
    compare('Bare function on a queue in the local host', 'bare-function', 'bare-receiver'),
  ]
}
