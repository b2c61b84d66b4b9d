// Runs test files with vitest, in whatever copy of the project, and reads its JSON report.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What vitest's JSON reporter writes, as far as it is needed here. */
export type TestReport = {
  readonly testResults: readonly {
    /** The absolute path of the test file. */
    readonly name: string
    /** Why the file as a whole could not run. */
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled'
      readonly failureMessages: readonly string[] | null
    }[]
  }[]
}

/** `report` is missing when vitest ended before it wrote one; then `output` says why. */
export type TestRun = { readonly report: TestReport | undefined; readonly output: string }

const runMinutesMax = 15
const outputCharsMax = 4_000

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

export const runTests = async (
  project: string,
  files: readonly string[],
  titles: readonly string[],
): Promise<TestRun> => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-report-'))
  const reportFile = join(folder, 'report.json')
  try {
    const args = ['run', ...files, '-t', titles.map(escapeRegExp).join('|')]
    const reporter = ['--reporter=json', `--outputFile=${reportFile}`]
    const output = await runVitest(project, [...args, ...reporter])
    return { report: readReport(reportFile), output: output.slice(-outputCharsMax) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const runVitest = (project: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(project, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: runMinutesMax * 60_000,
      killSignal: 'SIGKILL',
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-outputCharsMax)
      })
    child.once('error', reject)
    child.once('close', () => resolve(output))
  })

const readReport = (file: string): TestReport | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestReport
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
