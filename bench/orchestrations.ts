// What the engine of orchestrations in the local host costs: a chain of activities that do nothing, and many orchestrations at once,
// each beside the commits alone that such work cannot do without, on the same storage emulator.
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TableClient } from '@azure/data-tables'
import { type Child, startChild } from '@theone/local-process/child-process'
import { hostProgram } from '../local/package-programs.ts'
import { projectFolder } from '../local/parts.ts'
import { commitBarely } from './bare-commits.ts'
import type { Bench } from './benchmark.ts'
import { type Measurement, median } from './measurement.ts'

const rounds = 3
const chainLength = 50
const chainMsMost = 10
const manyCount = 200
const manyLength = 3
const secondsMax = 60

type Timed = { readonly engine: number[]; readonly floor: number[] }

/** Engine and floor take turns, so that both meet the same weather. The first round warms up. */
export const measureOrchestrations = async (bench: Bench): Promise<readonly Measurement[]> => {
  const storage = bench.settings['DATA_STORAGE'] ?? ''
  bench.progress('starting the host')
  const table = TableClient.fromConnectionString(storage, 'BareCommits', { allowInsecureConnection: true })
  await table.createTable()
  const host = await startHost(bench.folder, storage)
  try {
    const url = host.urls['functions'] ?? ''
    const chain: Timed = { engine: [], floor: [] }
    const many: Timed = { engine: [], floor: [] }
    for (let round = 0; round <= rounds; round += 1) {
      bench.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
      const inChain = {
        engine: await msOf(() => orchestrate(url, chainLength, 0.01)),
        floor: await msOf(() => commitBarely(table, chainLength)),
      }
      const atOnce = {
        engine: await msOf(() => times(manyCount, () => orchestrate(url, manyLength, 0.1))),
        floor: await msOf(() => times(manyCount, () => commitBarely(table, manyLength))),
      }
      if (round === 0) continue
      add(chain, inChain, chainLength)
      add(many, atOnce, 1_000)
    }
    return measurementsOf(chain, many)
  } finally {
    await host.stop()
    await table.deleteTable()
  }
}

const msOf = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const times = (count: number, work: () => Promise<void>): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, work))

const add = (timed: Timed, taken: { readonly engine: number; readonly floor: number }, divisor: number): void => {
  timed.engine.push(taken.engine / divisor)
  timed.floor.push(taken.floor / divisor)
}

const startHost = async (benchFolder: string, storage: string): Promise<Child> => {
  const folder = join(benchFolder, 'orchestrations')
  mkdirSync(folder)
  const hostJson = join(folder, 'host.json')
  writeFileSync(
    hostJson,
    JSON.stringify({ version: '2.0', extensions: { durableTask: { hubName: 'BenchOrchestrations' } } }),
  )
  const entry = join(projectFolder, 'bench/bare-orchestration-app.ts')
  return startChild({
    name: 'orchestrations',
    file: hostProgram,
    args: ['--entry', entry, '--port', '0', '--state', folder, '--host-json', hostJson, '--quiet'],
    env: { AzureWebJobsStorage: storage, WEBSITE_HOSTNAME: '' },
    onLine: (line, stream) => {
      if (stream === 'stderr') console.error(line)
    },
  })
}

/**
 * Over the HTTP API, which answers when the orchestration is over.
 * @param interval seconds between two looks of the host: its end is seen so much later at most
 * @throws Error when it did not end well within a minute
 */
const orchestrate = async (url: string, activities: number, interval: number): Promise<void> => {
  const target = new URL(`${url}/runtime/webhooks/durabletask/orchestrators/chain/${randomUUID()}`)
  target.searchParams.set('timeout', String(secondsMax))
  target.searchParams.set('pollingInterval', String(interval))
  const response = await fetch(target, { method: 'POST', body: JSON.stringify(activities) })
  const text = await response.text()
  if (response.status !== 200 || text !== String(activities))
    throw new Error(`A chain of ${activities} activities ended with ${response.status}: ${text.slice(0, 500)}`)
}

const measurementsOf = (chain: Timed, many: Timed): readonly Measurement[] => {
  const compared = ({ engine, floor }: Timed) => ({
    figure: median(engine),
    floor: { name: 'bare commits', figure: median(floor) },
    details: {
      least: Math.min(...engine),
      most: Math.max(...engine),
      floorLeast: Math.min(...floor),
      floorMost: Math.max(...floor),
    },
  })
  return [
    {
      name: `Activity that does nothing, in a chain of ${chainLength}`,
      unit: 'ms',
      most: chainMsMost,
      ...compared(chain),
    },
    { name: `${manyCount} orchestrations of ${manyLength} activities at once`, unit: 's', ...compared(many) },
  ]
}
