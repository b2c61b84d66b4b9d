// Which tests run how: the suffix of a test file names its suite (see README, "Tests").
import { defineConfig } from 'vitest/config'
import { slowestFilesReporter } from './test/support/slowest-files.ts'

const suite = (name: string, options: { globalSetup?: string; isolate?: boolean; testTimeout: number }) => ({
  test: {
    name,
    include: [`{test,packages/*/test}/**/*.${name}.test.ts`],
    testTimeout: options.testTimeout,
    hookTimeout: 60_000,
    isolate: options.isolate ?? true,
    ...(options.globalSetup && { globalSetup: options.globalSetup }),
  },
})

export default defineConfig(({ mode }) => ({
  test: {
    // Most tests wait for processes of the stack, or for time to pass: four files at once keep two processors at work.
    maxWorkers: 4,
    reporters: ['default', slowestFilesReporter],
    projects: [
      // Files share what they import: to load it anew for each file takes as long as the tests themselves.
      suite('unit', { testTimeout: 20_000, isolate: false }),
      suite('stack', { testTimeout: 60_000, isolate: false, globalSetup: 'test/support/stack-setup.ts' }),
      suite('host', { testTimeout: 60_000 }),
      suite('bundle', { testTimeout: 90_000, globalSetup: 'test/support/bundle-setup.ts' }),
      suite('browser', { testTimeout: 60_000 }),
      suite('chaos', { testTimeout: 180_000 }),
      // Takes too long for each run: `npm run test:long`.
      ...(mode === 'long' ? [suite('long', { testTimeout: 900_000 })] : []),
    ],
  },
}))
