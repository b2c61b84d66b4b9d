// What answers without a model cost: loading the offline engine in a new process, and an answer by rules of each feature, beside reading and
// writing its input once.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle } from '../build/bundle.ts'
import { type Answerer, byRule } from '../eval/answerer.ts'
import { measureCalls } from '../eval/calls/call-measures.ts'
import { measureInvestigations } from '../eval/investigations/investigation-measures.ts'
import { measureInvoices } from '../eval/invoices/invoice-measures.ts'
import { measureRootCauses } from '../eval/root-causes/root-cause-measures.ts'
import { measureTickets } from '../eval/tickets/ticket-measures.ts'
import { projectFolder } from '../local/parts.ts'
import type { Bench } from './benchmark.ts'
import { type Measurement, median, quantile } from './measurement.ts'
import { runProgram } from './program.ts'

const engine = 'shared/ai/offline'
const loads = 15
const kilobytesMost = 20
const loadMsMost = 5
const answerMsMost = 50
/** Of each set. */
const cases = 100

export const measureRules = async ({ folder, progress }: Bench): Promise<readonly Measurement[]> => {
  progress('loading the engine')
  const loaded = await measureLoading(folder)
  progress('answering the cases of the evaluation')
  return [...loaded, await measureAnswers()]
}

const measureLoading = async (folder: string): Promise<readonly Measurement[]> => {
  const modules = readdirSync(join(projectFolder, engine)).filter((name) => name.endsWith('.ts'))
  const entry = modules.map((name) => `export * from './${engine}/${name}'`).join('\n')
  const made = await bundle({ name: 'engine', entry, folder: join(folder, 'engine') })
  const empty = await bundle({ name: 'empty', entry: 'export {}', folder: join(folder, 'empty') })
  const taken = { engine: [] as number[], empty: [] as number[] }
  for (let round = 0; round <= loads; round += 1)
    for (const [name, { main }] of [['engine', made] as const, ['empty', empty] as const]) {
      const ms = Number(await runProgram('import-probe.ts', [pathToFileURL(main).href]))
      if (round > 0) taken[name].push(ms)
    }
  const floor = { name: 'empty module', figure: median(taken.empty) }
  const [size, sizeOfNothing] = [made.whole.bytes / 1_024, empty.whole.bytes / 1_024]
  return [
    {
      name: 'Engine without a model, size',
      figure: size,
      unit: 'KiB',
      floor: { name: floor.name, figure: sizeOfNothing },
      most: kilobytesMost,
    },
    { name: 'Engine without a model, loaded', figure: median(taken.engine), unit: 'ms', floor, most: loadMsMost },
  ]
}

const measureAnswers = async (): Promise<Measurement> => {
  const [answers, copies] = [[] as number[], [] as number[]]
  const rules = byRule()
  const timed = async (...[name, input]: Parameters<Answerer['ask']>): Promise<unknown> => {
    const begun = performance.now()
    JSON.parse(JSON.stringify(input))
    const copied = performance.now()
    const answer = await rules.ask(name, input)
    copies.push(copied - begun)
    answers.push(performance.now() - copied)
    return answer
  }
  // Some sets ask for all at once, which would measure how long they wait for each other.
  let last: Promise<unknown> = Promise.resolve()
  const ask: Answerer['ask'] = (...asked) => (last = last.then(() => timed(...asked)))
  const answerer = { ...rules, ask }
  for (const measure of [measureTickets, measureCalls, measureInvoices, measureInvestigations, measureRootCauses])
    await measure(answerer, 'held-out', cases)
  return {
    name: `Answer by rules (p95 of ${answers.length})`,
    figure: quantile(answers, 0.95),
    unit: 'ms',
    floor: { name: 'input read and written', figure: quantile(copies, 0.95) },
    most: answerMsMost,
    details: { p50: median(answers), p99: quantile(answers, 0.99), most: Math.max(...answers) },
  }
}
