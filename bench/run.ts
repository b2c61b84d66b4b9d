// Process entry: node bench/run.ts [cold-start] [session-check] [events] [orchestrations] [billing] [cmdb-sync] [sealed-rows] [key-check]
//   [audit-append] [device-events] [rules] [gateway] [open-streams] [leaving-callers] [--whole]
// Runs the benchmarks that are named, or all; prints one table, and writes it to bench/results.json.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError, runCommand } from '../shared/command-line.ts'
import { startAzurite } from '../test/support/azurite.ts'
import { sampleSettings } from '../test/support/stack-setup.ts'
import { measureAuditAppend } from './audit-append.ts'
import type { Benchmark } from './benchmark.ts'
import { measureBilling } from './billing.ts'
import { measureCmdbSync } from './cmdb-sync.ts'
import { measureColdStart } from './cold-start.ts'
import { measureDeviceEvents } from './device-events.ts'
import { measureEvents } from './events.ts'
import { measureGateway } from './gateway.ts'
import { measureKeyCheck } from './key-check.ts'
import { measureLeavingCallers } from './leaving-callers.ts'
import { type Measurement, isMet, ratioOf, tableOf } from './measurement.ts'
import { measureOpenStreams } from './open-streams.ts'
import { measureOrchestrations } from './orchestrations.ts'
import { measureRules } from './rules.ts'
import { measureSealedRows } from './sealed-rows.ts'
import { measureSessionCheck } from './session-check.ts'

const benchmarks: Readonly<Record<string, Benchmark>> = {
  'cold-start': measureColdStart,
  'session-check': measureSessionCheck,
  events: measureEvents,
  orchestrations: measureOrchestrations,
  billing: measureBilling,
  'cmdb-sync': measureCmdbSync,
  'sealed-rows': measureSealedRows,
  'key-check': measureKeyCheck,
  'audit-append': measureAuditAppend,
  'device-events': measureDeviceEvents,
  rules: measureRules,
  gateway: measureGateway,
  'open-streams': measureOpenStreams,
  'leaving-callers': measureLeavingCallers,
}

const usage = `Usage: npm run bench -- [<benchmark> …] [--whole]

  <benchmark>   ${Object.keys(benchmarks).join(', ')}. Default: all of them.
  --whole       Measure what takes long as a whole, not a part of it.`

const begun = performance.now()
const progress = (name: string, text: string): void =>
  console.error(`${Math.round((performance.now() - begun) / 1000)} s  ${name}: ${text}`)

const measure = async (names: readonly string[], whole: boolean): Promise<readonly Measurement[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  // Also when it is interrupted. What it has started ends by itself when this process is gone.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130))
  const azurite = await startAzurite()
  const measurements: Measurement[] = []
  try {
    const { connectionString } = azurite
    const settings = { ...sampleSettings(), DATA_STORAGE: connectionString, AzureWebJobsStorage: connectionString }
    for (const [name, benchmark] of Object.entries(benchmarks))
      if (names.length === 0 || names.includes(name))
        measurements.push(...(await benchmark({ folder, settings, whole, progress: (text) => progress(name, text) })))
  } finally {
    await azurite.stop()
  }
  return measurements
}

const options = { whole: { type: 'boolean', default: false } } as const

await runCommand({ usage, options, takesNames: true }, async ({ names, values: { whole } }) => {
  const unknown = names.filter((name) => !(name in benchmarks))
  if (unknown.length > 0) throw new UsageError(`There is no benchmark ${unknown.join(', ')}.`)
  const measurements = await measure(names, whole)
  const results = {
    at: new Date().toISOString(),
    node: process.version,
    processors: availableParallelism(),
    load: loadavg()[0],
    seconds: Math.round((performance.now() - begun) / 1000),
    measurements: measurements.map((measurement) => ({
      ...measurement,
      ratio: ratioOf(measurement),
      met: isMet(measurement),
    })),
  }
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`)
  console.log(`\n${tableOf(measurements)}\n\n${results.seconds} s; also in bench/results.json.`)
  return true
})
