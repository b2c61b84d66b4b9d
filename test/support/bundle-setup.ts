// Makes the bundles of all Function Apps once for all tests of the suite, in a folder of their own.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { projectFolder } from '../../local/parts.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder with a folder for each app. */
    bundles: string
  }
}

export const setup = async (project: TestProject): Promise<() => void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'))
  await promisify(execFile)(process.execPath, [join(projectFolder, 'build/main.ts'), '--no-budget', '--out', folder])
  project.provide('bundles', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
