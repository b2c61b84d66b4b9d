import { expect, test } from 'vitest'
import type { PlantedFault } from './planted-fault.ts'
import type { TestReport, TestRun } from './test-run.ts'
import { notice, soundness } from './verdict.ts'

const fault: PlantedFault = {
  path: 'store/x.patch',
  fault: 'something is wrong',
  noticedBy: 'test/shared/store/x.unit.test.ts',
  title: 'keeps the row',
}

type Test = TestReport['testResults'][number]['assertionResults'][number]

const ran = (tests: readonly Partial<Test>[], message = ''): TestRun => ({
  output: '',
  report: {
    testResults: [
      {
        name: `/tmp/copy/${fault.noticedBy}`,
        message,
        assertionResults: tests.map((one) => ({
          fullName: 'rows keeps the row',
          status: 'passed' as const,
          failureMessages: [],
          ...one,
        })),
      },
    ],
  },
})

const failure = { status: 'failed', failureMessages: ['AssertionError: expected 1 to be 2\n at x'] } as const

test('a fault is noticed when the named test fails', () => {
  expect(notice(fault, ran([failure]))).toEqual({})
})

test.each([
  ['the named test passes', ran([{}]), 'not noticed'],
  ['only another test fails', ran([{}, { ...failure, fullName: 'another test' }]), 'not noticed'],
  ['nothing ran', ran([{ status: 'skipped' }]), 'nothing ran'],
  ['the file does not compile', ran([], 'SyntaxError: x'), 'the test file did not run: SyntaxError: x'],
  ['vitest gave up', { report: undefined, output: 'no stack' }, 'vitest wrote no report: no stack'],
  [
    'the module with the fault does not compile',
    ran([{ status: 'failed', failureMessages: ['SyntaxError: Unexpected token'] }]),
    'the code does not run with the fault: SyntaxError: Unexpected token',
  ],
] as const)('a fault is not noticed when %s', (_, run, reason) => {
  expect(notice(fault, run)).toEqual({ reason })
})

test('without the fault the named test has to be green', () => {
  expect(soundness(fault, ran([{}]))).toEqual({})
  expect(soundness(fault, ran([{}, { ...failure, fullName: 'another test' }]))).toEqual({})
})

test.each([
  ['it fails', ran([{}, failure]), '"rows keeps the row" fails without the fault: AssertionError: expected 1 to be 2'],
  ['it is skipped', ran([{ status: 'skipped' }]), '"keeps the row" is skipped'],
  [
    'it does not exist',
    ran([{ fullName: 'another test' }]),
    'no test in test/shared/store/x.unit.test.ts has the title "keeps the row"',
  ],
] as const)('the named test is not good for anything when %s', (_, run, reason) => {
  expect(soundness(fault, run)).toEqual({ reason })
})
