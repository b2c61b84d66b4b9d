// What a session check costs: the suite in the local host, beside bare `node:http` with the same look-up, and beside a function in
// the local host that does nothing, which shows the host's share. Of a new session the suite reads three rows (the session, and
// whether its user or its organization was cut off), the bare server one.
import { join, resolve } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import { hostProgram } from '../local/package-programs.ts'
import { projectFolder } from '../local/parts.ts'
import { createStore } from '../shared/store/store.ts'
import type { Bench } from './benchmark.ts'
import { bundle, entryOf } from '../build/bundle.ts'
import type { Load } from './load.ts'
import { loadOf, requestFile } from './load-run.ts'
import { type Measurement, type Unit, median } from './measurement.ts'
import { openSessions } from './sessions.ts'

const rounds = 3
const atOnce = 8
/** Enough that none of them comes near its limit of 600 calls a minute, few enough that they stay known. */
const knownSessions = 80
const newSessions = 120
/** All that is checked before a handler runs costs no more than the call of a function that checks nothing. */
const goalOfKnown = 2

const servedNames = ['bareServer', 'bareFunction', 'suite'] as const
type Served = (typeof servedNames)[number]

/** Requests a second with several connections, and milliseconds with a single one. */
type Taken = { readonly busy: Load; readonly alone: Load }
type Round = { readonly known: Taken; readonly fresh: Taken }

/** Every server once a round, so that all of them meet the same weather. The first round warms up. */
export const measureSessionCheck = async (bench: Bench): Promise<readonly Measurement[]> => {
  const children: Child[] = []
  try {
    bench.progress('starting the servers')
    const urls = await startServers(bench, children)
    const known = await cookieFile(bench, 'known', knownSessions)
    const taken: Record<Served, Round[]> = { suite: [], bareServer: [], bareFunction: [] }
    for (let round = 0; round <= rounds; round += 1) {
      bench.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
      const busy = await cookieFile(bench, 'busy', newSessions)
      const alone = await cookieFile(bench, 'alone', newSessions / 4)
      for (const served of servedNames) {
        const url = urls[served]
        // What was read is good for 5 s: a round ago it was known, now it has to be read again.
        await loadOf(url, known, atOnce)
        const measured = {
          known: { busy: await loadOf(url, known, atOnce, 1), alone: await loadOf(url, known, 1, 0.5) },
          fresh: { busy: await loadOf(url, busy, atOnce), alone: await loadOf(url, alone, 1) },
        }
        if (round > 0) taken[served].push(measured)
      }
    }
    return measurementsOf(taken)
  } finally {
    await Promise.all(children.map((child) => child.stop()))
  }
}

const cookieFile = async ({ folder, settings }: Bench, name: string, count: number): Promise<string> => {
  const cookies = await openSessions(createStore({ connectionString: settings['DATA_STORAGE'] ?? '' }), count)
  const requests = cookies.map((cookie) => ({ headers: { cookie: `code_session=${cookie}` } }))
  return requestFile(folder, name, requests)
}

const startServers = async (
  { folder, settings }: Bench,
  children: Child[],
): Promise<Readonly<Record<Served, string>>> => {
  const start = async (name: string, file: string, args: readonly string[]): Promise<string> => {
    const child = await startChild({ name, file: resolve(projectFolder, file), args, env: settings })
    children.push(child)
    return child.urls['functions'] ?? child.urls['sessions'] ?? ''
  }
  const host = (name: string, entry: string): Promise<string> =>
    start(name, hostProgram, ['--entry', entry, '--port', '0', '--state', join(folder, name), '--quiet'])
  const app = 'theonecode-api'
  const suite = await bundle({ name: app, entry: entryOf(app), folder: join(folder, 'session-check') })
  return {
    suite: `${await host('suite', suite.main)}/api/code/session`,
    bareServer: `${await start('bare server', 'bench/bare-session-server.ts', [])}/api/code/session`,
    bareFunction: `${await host('bare-function', join(projectFolder, 'bench/bare-app.ts'))}/api/bare`,
  }
}

const names: Readonly<Record<Served, string>> = {
  suite: 'Session check',
  bareFunction: 'bare function',
  bareServer: 'bare node:http',
}

const measurementsOf = (taken: Readonly<Record<Served, readonly Round[]>>): readonly Measurement[] => {
  const compare = (
    what: string,
    sessions: keyof Round,
    [served, floor]: readonly [Served, Served],
    goal?: number,
  ): readonly Measurement[] => {
    const of = (name: Served, read: (round: Taken) => number): number =>
      median(taken[name].map((round) => read(round[sessions])))
    const measurement = (name: string, unit: Unit, read: (round: Taken) => number, p99: (round: Taken) => number) => ({
      name,
      figure: of(served, read),
      unit,
      floor: { name: names[floor], figure: of(floor, read) },
      ...(goal !== undefined && { goal }),
      details: { p99: of(served, p99), floorP99: of(floor, p99) },
    })
    return [
      measurement(
        `${what}, ${atOnce} at once`,
        'requests/s',
        ({ busy }) => busy.requestsPerSecond,
        ({ busy }) => busy.p99,
      ),
      measurement(
        `${what}, one at a time`,
        'ms',
        ({ alone }) => alone.p50,
        ({ alone }) => alone.p99,
      ),
    ]
  }
  return [
    ...compare('Session check, known', 'known', ['suite', 'bareFunction'], goalOfKnown),
    ...compare('Session check, known', 'known', ['suite', 'bareServer']),
    ...compare('Session check, new each', 'fresh', ['suite', 'bareServer']),
    ...compare('Bare function in the local host', 'known', ['bareFunction', 'bareServer']),
  ]
}
