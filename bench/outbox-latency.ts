// How long an event takes from the change that causes it to a receiver: through the outbox and the bus, beside the bus alone.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ServiceBusClient } from '@azure/service-bus'
import * as z from 'zod'
import { startChild } from '@theone/local-process/child-process'
import { projectFolder } from '../local/parts.ts'
import type { CloudEvent } from '../shared/bus/cloud-event.ts'
import { newEvent } from '../shared/bus/event.ts'
import { commitWithEvents, outboxRow } from '../shared/bus/outbox.ts'
import { createBusClient } from '../shared/peers/bus/client.ts'
import { createStore } from '../shared/store/store.ts'
import { rowKind, table } from '../shared/store/table.ts'
import { runWithLogSink } from '../shared/telemetry/log.ts'
import type { Bench } from './benchmark.ts'
import { startBroker } from './broker.ts'
import { type Measurement, median, quantile } from './measurement.ts'

/** Each way; the first of them warm up. */
const eventCount = 120
const warmUpCount = 20
const arrivalMsMax = 10_000

const noteTable = table('benchNotes', {
  note: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a benchmark' },
  }),
  outbox: outboxRow,
})

const arrivals = 'arrivals'
const entities = {
  queues: [{ name: arrivals, properties: { requiresDuplicateDetection: true } }],
  topics: [
    {
      name: 'one-bus',
      properties: { requiresDuplicateDetection: true },
      subscriptions: [
        {
          name: arrivals,
          properties: { forwardTo: arrivals },
          rules: [{ name: 'backup-requested', correlationFilter: { properties: { type: 'code.backup.requested' } } }],
        },
      ],
    },
  ],
}

/** An event by each way in turn, so that both meet the same weather. */
export const measureOutboxLatency = async ({ folder, settings, progress }: Bench): Promise<readonly Measurement[]> => {
  progress('outbox latency')
  const broker = await startBroker(folder, entities)
  const client = new ServiceBusClient(broker.connectionString)
  const key = 'key-of-the-benchmark'
  const bus = await startChild({
    name: 'The One Bus',
    file: join(projectFolder, 'local/stand-ins/main.ts'),
    args: ['bus'],
    env: { LOCAL_BUS_PORT: '0', BUS_INTEGRATION_KEY: key, SERVICE_BUS: broker.connectionString },
    onLine: (line) => console.error(line),
  })
  try {
    const arrival = listen(client)
    const busClient = createBusClient({ baseUrl: bus.urls['bus'] ?? '', key: () => key })
    const commit = commitOf(settings['DATA_STORAGE'] ?? '', busClient)
    const taken = { outbox: [] as number[], bare: [] as number[] }
    for (let round = 0; round < eventCount; round += 1) {
      const [outbox, bare] = [await arrival(commit), await arrival(busClient.publish)]
      if (round < warmUpCount) continue
      taken.outbox.push(outbox)
      taken.bare.push(bare)
    }
    return [measurementOf(taken)]
  } finally {
    await bus.stop()
    await client.close()
    await broker.child.stop()
  }
}

type Publish = (event: CloudEvent) => Promise<unknown>

/** With a row beside the event, as every change has. */
const commitOf = (connectionString: string, bus: ReturnType<typeof createBusClient>): Publish => {
  const store = createStore({ connectionString })
  const rows = store.open(noteTable)
  const parts = { store, bus: async () => bus, now: () => new Date() }
  return (event) =>
    commitWithEvents(parts, {
      table: noteTable,
      tenantId: event.tenantid,
      operations: [rows.note.toInsert({ tenantId: event.tenantid, id: event.id })],
      events: [event],
    })
}

/**
 * @returns publishes a new event, and resolves with the milliseconds until it was there
 * @throws Error when it does not arrive
 */
const listen = (client: ServiceBusClient): ((publish: Publish) => Promise<number>) => {
  const waiting = new Map<unknown, (at: number) => void>()
  client.createReceiver(arrivals).subscribe({
    processMessage: async ({ messageId }) => waiting.get(messageId)?.(performance.now()),
    processError: async ({ error }) => console.error(error),
  })
  return async (publish) => {
    const event = backupRequested()
    const arrived = Promise.withResolvers<number>()
    waiting.set(event.id, arrived.resolve)
    const late = setTimeout(
      () => arrived.reject(new Error(`The event ${event.id} did not arrive within ${arrivalMsMax} ms.`)),
      arrivalMsMax,
    )
    const begun = performance.now()
    try {
      const [at] = await Promise.all([arrived.promise, runWithLogSink(silence, () => publish(event))])
      return at - begun
    } finally {
      clearTimeout(late)
      waiting.delete(event.id)
    }
  }
}

/** The table of figures is all that there is to read. */
const silence = (): void => {}

const backupRequested = (): CloudEvent =>
  newEvent({
    type: 'code.backup.requested',
    tenantId: 'tenant-of-the-benchmark',
    data: { job_id: randomUUID(), repo_id: 'repo-1', org_id: 'org-1' },
    now: new Date(),
  })

const measurementOf = ({ outbox, bare }: Readonly<Record<'outbox' | 'bare', readonly number[]>>): Measurement => ({
  name: 'Event through the outbox, until it has arrived',
  figure: median(outbox),
  unit: 'ms',
  floor: { name: 'without an outbox', figure: median(bare) },
  details: { p99: quantile(outbox, 0.99), floorP99: quantile(bare, 0.99) },
})
