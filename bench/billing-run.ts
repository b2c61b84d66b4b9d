// Process entry: node bench/billing-run.ts <snapshot|report|floor> <tenants> <day>, with DATA_STORAGE, HUB_API_URL and HUB_SERVICE_KEY set
// One run of billing in a process that does nothing else, or the calls of a report alone. Prints how long it took, and its memory.
import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { reportUsage, takeUsageSnapshots } from '../functions/code/billing/timers.ts'
import { loadConfig } from '../shared/config/config.ts'
import { createServices } from '../shared/services.ts'
import { runWithLogSink } from '../shared/telemetry/log.ts'
import { noFlows } from '../test/support/no-flows.ts'

export type BillingRun = {
  readonly ms: number
  /** Resident memory in MiB: before, when a tenth of the time had passed, at its highest, and at the end. */
  readonly rss: { readonly before: number; readonly early: number; readonly peak: number; readonly after: number }
}

const [work = '', tenants = '', day = ''] = process.argv.slice(2)

const atOnce = 16
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

const reportBarely = async (): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < Number(tenants)) await report(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  agent.destroy()
}

const runTimer = async ({ handler }: typeof reportUsage): Promise<void> => {
  const services = createServices(loadConfig(process.env), () => new Date(`${day}T01:15:00.000Z`))
  await runWithLogSink(
    () => {},
    () => handler({ services, signal: new AbortController().signal, flows: noFlows }),
  )
}

const works: Readonly<Record<string, () => Promise<void>>> = {
  snapshot: () => runTimer(takeUsageSnapshots),
  report: () => runTimer(reportUsage),
  floor: reportBarely,
}

const rssNow = (): number => process.memoryUsage.rss() / 2 ** 20
const samples = [rssNow()]
const sampling = setInterval(() => samples.push(rssNow()), 100)
const begun = performance.now()
await works[work]?.()
const ms = performance.now() - begun
clearInterval(sampling)
const [before = 0] = samples
const early = samples[Math.ceil(samples.length / 10)] ?? before
const run: BillingRun = { ms, rss: { before, early, peak: Math.max(...samples, rssNow()), after: rssNow() } }
console.log(JSON.stringify(run))
