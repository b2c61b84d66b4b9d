// Plants the faults of this folder one by one in a copy of the project, and fails when a test does not notice its fault.
//   npm run test:planted [-- --only <part of a path>]
import { styleText } from 'node:util'
import { join } from 'node:path'
import { projectFolder } from '../../local/parts.ts'
import { UsageError, runCommand } from '../../shared/command-line.ts'
import { type PlantedFault, plantedFaults } from './planted-fault.ts'
import { type ProjectCopy, copyProject } from './project-copy.ts'
import { type TestRun, runTests } from './test-run.ts'
import { type Verdict, notice, soundness } from './verdict.ts'

const folder = join(projectFolder, 'test/planted')
/** A run of the stack takes a processor or two. */
const atOnceMax = 2

type Line = Verdict & { readonly fault: PlantedFault; readonly seconds: number }

const usage = `Usage: npm run test:planted -- [--only <part of a path>]

  --only   Take the patches of test/planted with this in their path, such as store/. Default: all of them.`

/** @returns whether each was noticed */
const plant = async (only: string): Promise<boolean> => {
  const faults = plantedFaults(folder).filter(({ path }) => path.includes(only))
  if (faults.length === 0) throw new UsageError(`No patch in test/planted has "${only}" in its path.`)
  const copies = Array.from({ length: Math.min(atOnceMax, faults.length) }, () => copyProject(projectFolder))
  process.on('exit', () => copies.forEach((copy) => copy.remove()))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
  // The same selection without and with a fault: a test that only passes after another one shall not look as if it noticed something.
  const titles = [...new Set(faults.map(({ title }) => title))]
  const unsound = await judgeWithoutFaults(copies, faults, titles)
  return report(unsound.length > 0 ? unsound : await judgeFaults(copies, faults, titles))
}

const judgeWithoutFaults = async (
  [copy]: readonly ProjectCopy[],
  faults: readonly PlantedFault[],
  titles: readonly string[],
): Promise<readonly Line[]> => {
  if (!copy) return []
  const begun = Date.now()
  const files = [...new Set(faults.map(({ noticedBy }) => noticedBy))]
  console.log(`${faults.length} planted faults. First the ${files.length} test files without any of them.`)
  const run = await runTests(copy.folder, files, titles)
  return faults
    .map((fault) => ({ fault, ...soundness(fault, run), seconds: secondsSince(begun) }))
    .filter(({ reason }) => reason !== undefined)
}

const judgeFaults = async (
  copies: readonly ProjectCopy[],
  faults: readonly PlantedFault[],
  titles: readonly string[],
): Promise<readonly Line[]> => {
  const lines = new Map<PlantedFault, Line>()
  const waiting = [...faults]
  const work = async (copy: ProjectCopy): Promise<void> => {
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const begun = Date.now()
      const verdict = await judge(copy, fault, titles)
      lines.set(fault, { fault, ...verdict, seconds: secondsSince(begun) })
      console.log(`  ${lines.size}/${faults.length}  ${fault.path}: ${verdict.reason ?? 'noticed'}`)
    }
  }
  await Promise.all(copies.map(work))
  return faults.flatMap((fault) => lines.get(fault) ?? [])
}

const judge = async (copy: ProjectCopy, fault: PlantedFault, titles: readonly string[]): Promise<Verdict> => {
  const patch = join(folder, fault.path)
  const misfit = copy.plant(patch)
  if (misfit) return { reason: `the patch does not apply: ${misfit}` }
  try {
    const run: TestRun = await runTests(copy.folder, [fault.noticedBy], titles)
    return notice(fault, run)
  } finally {
    copy.pullOut(patch)
  }
}

const secondsSince = (begun: number): number => Math.round((Date.now() - begun) / 1_000)

const report = (lines: readonly Line[]): boolean => {
  const width = Math.max(...lines.map(({ fault }) => fault.path.length))
  console.log('')
  for (const { fault, reason, seconds } of lines) {
    const word = reason === undefined ? styleText('green', 'noticed') : styleText('red', 'FAILED ')
    console.log(`${word}  ${String(seconds).padStart(4)} s  ${fault.path.padEnd(width)}  ${reason ?? fault.fault}`)
  }
  const failed = lines.filter(({ reason }) => reason !== undefined).length
  console.log(`\n${lines.length - failed} of ${lines.length} planted faults were noticed.`)
  return failed === 0
}

await runCommand({ usage, options: { only: { type: 'string', default: '' } } }, ({ values }) => plant(values.only))
