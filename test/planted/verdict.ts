// What a run of the tests says about a fault.
import type { PlantedFault } from './planted-fault.ts'
import type { TestRun } from './test-run.ts'

/** `reason` is missing when all is as it should be. */
export type Verdict = { readonly reason?: string }

/** Failures of the patch itself: the code with the fault does not even load. */
const notAFailedTest =
  /^(?:SyntaxError|ReferenceError|Error: (?:Transform failed|Failed to resolve|Cannot find (?:module|package)))/m

/** Without the fault, the named test has to run and to be green. */
export const soundness = (fault: PlantedFault, run: TestRun): Verdict => {
  const { tests, broken } = namedTests(fault, run)
  if (tests.length === 0) return { reason: broken ?? `no test in ${fault.noticedBy} has the title "${fault.title}"` }
  const failed = tests.find(({ status }) => status === 'failed')
  if (failed) return { reason: `"${failed.fullName}" fails without the fault: ${firstLine(failed.failureMessages)}` }
  if (tests.some(({ status }) => status === 'passed')) return {}
  return { reason: broken ?? `"${fault.title}" is skipped` }
}

/** With the fault, the named test has to run and to fail. */
export const notice = (fault: PlantedFault, run: TestRun): Verdict => {
  const { tests, broken } = namedTests(fault, run)
  const failed = tests.filter(({ status }) => status === 'failed')
  const message = failed.flatMap(({ failureMessages }) => failureMessages ?? []).join('\n')
  if (failed.length > 0 && !notAFailedTest.test(message)) return {}
  if (failed.length > 0) return { reason: `the code does not run with the fault: ${firstLine([message])}` }
  if (tests.some(({ status }) => status === 'passed')) return { reason: 'not noticed' }
  return { reason: broken ?? 'nothing ran' }
}

const namedTests = ({ noticedBy, title }: PlantedFault, { report, output }: TestRun) => {
  if (!report) return { tests: [], broken: `vitest wrote no report: ${output.trim()}` }
  const file = report.testResults.find(({ name }) => name.replaceAll('\\', '/').endsWith(`/${noticedBy}`))
  const tests = (file?.assertionResults ?? []).filter(({ fullName }) => fullName.includes(title))
  return { tests, broken: file?.message ? `the test file did not run: ${firstLine([file.message])}` : undefined }
}

const firstLine = (messages: readonly string[] | null): string => messages?.[0]?.split('\n', 1)[0] ?? 'no message'
