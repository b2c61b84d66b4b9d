// Process entry: node bench/billing-run.ts <snapshot|report|floor> <tenants> <day>, with DATA_STORAGE, HUB_API_URL and HUB_SERVICE_KEY set
// One run of billing in a process that does nothing else, or the bare calls of a report. Prints how long it took, and its memory.
import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { TableClient } from '@azure/data-tables'
import { reportUsage, takeUsageSnapshots } from '../functions/code/billing/timers.ts'
import { loadConfig } from '../shared/config/config.ts'
import { createServices } from '../shared/services.ts'
import { runWithLogSink } from '../shared/telemetry/log.ts'
import { timerInput } from '../test/support/timer-input.ts'
import { liveHeapMb } from './live-heap.ts'

export type BillingRun = {
  readonly ms: number
  /** In use, in MiB: after the first tenth of the time, at the most, and at the end. */
  readonly heap: { readonly early: number; readonly most: number; readonly end: number }
}

const [work = '', tenants = '', day = ''] = process.argv.slice(2)

const atOnce = 16
let begun = 0
const agent = new Agent({ keepAlive: true, maxSockets: atOnce })

const report = (tenant: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const path = `/v1/billing/usage/repos_protected/tenant-${tenant}/${day}`
    const headers = { 'content-type': 'application/json', 'x-integration-key': 'k', 'x-tenant-id': `tenant-${tenant}` }
    request(process.env['HUB_API_URL'] + path, { method: 'PUT', agent, headers }, (response) => {
      json(response).then(resolve, reject)
    })
      .once('error', reject)
      .end(JSON.stringify({ quantity: 7 }))
  })

/** So few partitions that they are there soon; the calls cost the same. */
const floorTenants = 200

/** What a report cannot do without: reads a row, tells Hub, writes two rows. */
const reportBarely = async (): Promise<void> => {
  const table = TableClient.fromConnectionString(process.env['DATA_STORAGE'] ?? '', 'billingFloor', {
    allowInsecureConnection: true,
  })
  await table.createTable()
  const rowOf = (tenant: number, rowKey: string) => ({ partitionKey: `tenant-${tenant}`, rowKey, quantity: 7, day })
  for (let tenant = 0; tenant < floorTenants; tenant += 1)
    await table.submitTransaction(['day', 'tenant'].map((rowKey) => ['create', rowOf(tenant, rowKey)]))
  begun = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < Number(tenants)) {
      const tenant = next++
      const inFloor = tenant % floorTenants
      await table.getEntity(`tenant-${inFloor}`, 'day')
      await report(tenant)
      await table.updateEntity(rowOf(inFloor, 'day'), 'Replace')
      await table.updateEntity(rowOf(inFloor, 'tenant'), 'Replace')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  agent.destroy()
}

const runTimer = async ({ handler }: typeof reportUsage): Promise<void> => {
  const services = createServices(loadConfig(process.env), () => new Date(`${day}T01:15:00.000Z`))
  await runWithLogSink(
    () => {},
    () => handler(timerInput(services)),
  )
}

const works: Readonly<Record<string, () => Promise<void>>> = {
  snapshot: () => runTimer(takeUsageSnapshots),
  report: () => runTimer(reportUsage),
  floor: reportBarely,
}

const samples: number[] = []
const sampling = setInterval(() => samples.push(liveHeapMb()), 1_000)
begun = performance.now()
await works[work]?.()
const ms = performance.now() - begun
clearInterval(sampling)
const end = liveHeapMb()
const early = samples[Math.floor(samples.length / 10)] ?? end
const run: BillingRun = { ms, heap: { early, most: Math.max(...samples, end), end } }
console.log(JSON.stringify(run))
