// Which tests run how: the suffix of a test file names its suite (see README, "Tests").
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { slowestFilesReporter } from './test/support/slowest-files.ts'

const suite = (name: string, options: { globalSetup?: string; isolate?: boolean; testTimeout: number }) => ({
  test: {
    name,
    include: [`{test,packages/*/test}/**/*.${name}.test.ts`],
    testTimeout: options.testTimeout,
    // Node.js itself loads what is tested, as it does when the local stack runs.
    experimental: { viteModuleRunner: false },
    // For the processes that tests start, and the next run. Bundles lie in a new folder each time: nobody finds again what was compiled of them.
    env:
      name === 'bundle'
        ? { NODE_DISABLE_COMPILE_CACHE: '1' }
        : { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node-compile') },
    // A stack takes five seconds to start, and more than a minute on a machine that is busy with others.
    hookTimeout: 180_000,
    isolate: options.isolate ?? true,
    ...(options.globalSetup && { globalSetup: options.globalSetup }),
  },
})

export default defineConfig(({ mode }) => ({
  test: {
    // Most tests wait for processes of the stack, or for time to pass: five files at once keep two processors at work.
    maxWorkers: 5,
    // What a test logs is shown when it fails; a long run shows what it measures as well.
    silent: mode === 'long' ? false : 'passed-only',
    reporters: ['default', slowestFilesReporter],
    // Time-outs end what hangs. They are no measure of speed: a machine that is busy with others takes three times as long.
    projects: [
      // Files share what they import: to load it anew for each file takes as long as the tests themselves. Where processes are killed or bundles run, each file has a process of its own.
      suite('unit', { testTimeout: 60_000, isolate: false }),
      suite('stack', { testTimeout: 180_000, isolate: false, globalSetup: 'test/support/stack-setup.ts' }),
      suite('host', { testTimeout: 180_000, isolate: false }),
      suite('bundle', { testTimeout: 270_000, globalSetup: 'test/support/bundle-setup.ts' }),
      suite('browser', { testTimeout: 180_000 }),
      suite('chaos', { testTimeout: 540_000 }),
      // Takes too long for each run: `npm run test:long`.
      ...(mode === 'long' ? [suite('long', { testTimeout: 900_000 })] : []),
    ],
  },
}))
