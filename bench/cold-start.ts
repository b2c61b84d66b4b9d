// Cold start of every Function App: load, register and the first call in a new process, beside the least that a Function App can be.
import { join } from 'node:path'
import { functionApps } from '../functions/apps/all.ts'
import type { FunctionApp } from '../functions/apps/function-app.ts'
import { createStore } from '../shared/store/store.ts'
import type { Bench } from './benchmark.ts'
import { bundle, entryOf } from '../build/bundle.ts'
import type { ColdStart } from './cold-start-probe.ts'
import { type Measurement, median } from './measurement.ts'
import { runProgram } from './program.ts'
import { openSessions } from './sessions.ts'

const rounds = 10
const goal = 2

type Start = {
  readonly name: string
  readonly main: string
  readonly call: string
  readonly cookie?: string
  /** The start that it is compared with. */
  readonly floor?: string
  readonly compileCache: boolean
}

/** Every start once a round, so that all of them meet the same weather. The first round warms up, and fills the compile cache. */
export const measureColdStart = async (bench: Bench): Promise<readonly Measurement[]> => {
  bench.progress('bundling')
  const starts = await startsOf(bench)
  const taken = new Map<Start, ColdStart[]>(starts.map((start) => [start, []]))
  for (let round = 0; round <= rounds; round += 1) {
    bench.progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const start of starts) {
      const steps = await startOnce(start, bench)
      if (round > 0) taken.get(start)?.push(steps)
    }
  }
  return starts.flatMap((start) => {
    const floor = starts.find(({ name, compileCache }) => name === start.floor && compileCache === start.compileCache)
    return floor ? [measurementOf(start, taken.get(start) ?? [], floor.name, taken.get(floor) ?? [])] : []
  })
}

const measurementOf = (
  { name, compileCache }: Start,
  steps: readonly ColdStart[],
  floorName: string,
  floorSteps: readonly ColdStart[],
): Measurement => ({
  name: `Cold start: ${name}${compileCache ? ', compile cache' : ''}`,
  figure: median(steps.map(untilFirstAnswer)),
  unit: 'ms',
  floor: { name: floorName, figure: median(floorSteps.map(untilFirstAnswer)) },
  goal,
  details: {
    load: median(steps.map(({ load }) => load)),
    firstCall: median(steps.map(({ firstCall }) => firstCall)),
    process: median(steps.map((step) => step.process)),
    floorLoad: median(floorSteps.map(({ load }) => load)),
    floorFirstCall: median(floorSteps.map(({ firstCall }) => firstCall)),
  },
})

const untilFirstAnswer = ({ load, firstCall }: ColdStart): number => load + firstCall

const startOnce = async (
  { main, call, cookie, compileCache }: Start,
  { folder, settings }: Bench,
): Promise<ColdStart> =>
  (await runProgram('cold-start-probe.ts', [main, call, ...(cookie === undefined ? [] : [cookie])], {
    ...settings,
    ...(compileCache ? { NODE_COMPILE_CACHE: join(folder, 'compile-cache') } : { NODE_DISABLE_COMPILE_CACHE: '1' }),
  })) as ColdStart

const startsOf = async ({ folder, settings }: Bench): Promise<readonly Start[]> => {
  const make = async (name: string, entry: string): Promise<string> =>
    (await bundle({ name, entry, folder: join(folder, name) })).main
  const bare = { name: 'bare app', main: await make('bare-app', "import './bench/bare-app.ts'"), call: 'bare' }
  const bareTable = {
    name: 'bare app with a table',
    main: await make('bare-table-app', "import './bench/bare-table-app.ts'"),
    call: 'bare-table',
  }
  const starts: Omit<Start, 'compileCache'>[] = [bare, bareTable]
  for (const app of functionApps)
    starts.push({ name: app.name, main: await make(app.name, entryOf(app.name)), call: liveOf(app), floor: bare.name })
  const code = starts.find(({ name }) => name === 'theonecode-api')
  const [cookie] = await openSessions(createStore({ connectionString: settings['DATA_STORAGE'] ?? '' }), 1)
  if (!code || cookie === undefined) throw new Error('There is no theonecode-api to list tickets with.')
  starts.push({ ...code, name: 'first ticket list', call: 'code-list-tickets', cookie, floor: bareTable.name })
  const cached = starts.filter(({ call, floor }) => call === bare.call || floor === bare.name)
  return [
    ...starts.map((start) => ({ ...start, compileCache: false })),
    ...cached.map((start) => ({ ...start, compileCache: true })),
  ]
}

const liveOf = ({ name, definitions }: FunctionApp): string => {
  const live = definitions.find((definition) => definition.kind === 'http' && definition.route.endsWith('/health/live'))
  if (!live) throw new Error(`${name} has no health/live to call.`)
  return live.name
}
