// Ends a run of the tests with its slowest files, so that what makes it long is seen where it is made.
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

const shownMax = 10

/** The lines of the table: seconds, share of the time of all files, number of tests, file. */
export const slowestFiles = (files: readonly { name: string; ms: number; tests: number }[]): readonly string[] => {
  const total = files.reduce((sum, { ms }) => sum + ms, 0)
  return files
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, shownMax)
    .map(({ name, ms, tests }) => {
      const share = total === 0 ? 0 : Math.round((ms / total) * 100)
      return `${(ms / 1000).toFixed(1).padStart(7)} s ${String(share).padStart(3)} %  ${String(tests).padStart(5)} tests  ${name}`
    })
}

const measured = (module: TestModule) => {
  const tests = [...module.children.allTests()]
  const { collectDuration, setupDuration, duration } = module.diagnostic()
  return {
    name: relative(process.cwd(), module.moduleId),
    ms: collectDuration + setupDuration + duration,
    tests: tests.length,
  }
}

/** Says nothing of a run of a few files. */
export const slowestFilesReporter: Reporter = {
  onTestRunEnd: (modules) => {
    if (modules.length <= shownMax) return
    console.log(`\nThe slowest of ${modules.length} files:`)
    for (const line of slowestFiles(modules.map(measured))) console.log(line)
  },
}
