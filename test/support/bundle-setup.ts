// Makes the bundles of all Function Apps once for all tests of the suite, in a folder of their own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { builtApps, deployedSizes, makeApps } from '../../build/apps.ts'
import type { Sizes } from '../../build/size-budget.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder with a folder for each app. */
    bundles: string
    /** How large those that are deployed have become. */
    bundleSizes: Sizes
    /** Paths of the modules that each app reads before the first call. */
    modulesAtStart: Readonly<Record<string, readonly string[]>>
  }
}

export const setup = async (project: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'))
  const made = await makeApps(folder, builtApps)
  project.provide('bundles', folder)
  project.provide('bundleSizes', deployedSizes(made))
  project.provide(
    'modulesAtStart',
    Object.fromEntries([...made].map(([name, { atStart }]) => [name, Object.keys(atStart.modules)])),
  )
  return () => rmSync(folder, { recursive: true, force: true })
}
