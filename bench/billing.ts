// What it takes to report the repositories of 10,000 tenants to Hub's billing: a day's run, beside the bare calls to storage and Hub.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startChild } from '@theone/local-process/child-process'
import { sourceTable } from '../functions/code/sources/source-table.ts'
import { sourceTenantBuckets, sourceTenantTable } from '../functions/code/sources/source-tenants.ts'
import { projectFolder } from '../local/parts.ts'
import { type Store, createStore } from '../shared/store/store.ts'
import type { Bench } from './benchmark.ts'
import type { BillingRun } from './billing-run.ts'
import type { Measurement } from './measurement.ts'

const tenantCount = 10_000
const firstDay = '2026-03-01'
const reportedDay = '2026-03-02'
/** As long as the timer may take. */
const msMax = 9 * 60_000
const atOnce = 16
const operationsPerTransaction = 100

const run = promisify(execFile)

export const measureBilling = async ({ settings, progress }: Bench): Promise<readonly Measurement[]> => {
  progress(`rows of ${tenantCount} tenants`)
  await seedTenants(createStore({ connectionString: settings['DATA_STORAGE'] ?? '' }))
  const hub = await startChild({
    name: 'Hub',
    file: join(projectFolder, 'bench/bare-hub.ts'),
    onLine: (line) => console.error(line),
  })
  const hubUrl = hub.urls['hub'] ?? ''
  const env = { ...process.env, ...settings, HUB_API_URL: hubUrl, HUB_SERVICE_KEY: 'key-of-the-benchmark' }
  const runOf = async (work: string): Promise<BillingRun> => {
    progress(work)
    const args = [join(import.meta.dirname, 'billing-run.ts'), work, String(tenantCount), reportedDay]
    const { stdout } = await run(process.execPath, args, { env, timeout: msMax })
    return JSON.parse(stdout) as BillingRun
  }
  const reports = async (): Promise<number> =>
    ((await (await fetch(hubUrl)).json()) as { readonly reports: number }).reports
  try {
    const floor = await runOf('floor')
    const before = await reports()
    const snapshot = await runOf('snapshot')
    const report = await runOf('report')
    const calls = (await reports()) - before
    if (calls !== tenantCount) throw new Error(`${tenantCount} tenants were reported in ${calls} calls.`)
    return [measurementOf(report, floor, { snapshotMs: Math.round(snapshot.ms), calls })]
  } finally {
    await hub.stop()
  }
}

const rateOf = ({ ms }: BillingRun): number => tenantCount / (ms / 1_000)

const measurementOf = (
  report: BillingRun,
  floor: BillingRun,
  details: Readonly<Record<string, number>>,
): Measurement => ({
  name: `Usage of ${tenantCount} tenants reported to Hub`,
  figure: rateOf(report),
  unit: 'tenants/s',
  floor: { name: 'bare calls to storage and Hub', figure: rateOf(floor) },
  details: {
    ...details,
    reportMs: Math.round(report.ms),
    heapEarlyMb: Math.round(report.heap.early),
    heapMostMb: Math.round(report.heap.most),
    heapEndMb: Math.round(report.heap.end),
  },
})

/** Each with a count of 7 repositories, found on the day before. */
const seedTenants = async (store: Store): Promise<void> => {
  const tenantIds = Array.from({ length: tenantCount }, (_, index) => `tenant-${index}`)
  const { tenant, transaction } = store.open(sourceTenantTable)
  const byBucket = Map.groupBy(tenantIds, sourceTenantBuckets.of)
  for (const [bucket, ids] of byBucket)
    for (let start = 0; start < ids.length; start += operationsPerTransaction)
      await transaction(
        ids
          .slice(start, start + operationsPerTransaction)
          .map((tenantId) => tenant.toUpsert({ bucket, tenantId, reportedThrough: firstDay })),
      )
  const { repositoryCount } = store.open(sourceTable)
  const left = tenantIds.values()
  const worker = async (): Promise<void> => {
    for (const tenantId of left) await repositoryCount.upsert({ tenantId, active: 7, changedOn: firstDay })
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
