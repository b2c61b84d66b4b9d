// Makes the bundles that are run, anew each time: they are never older than the sources.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Bundles, projectFolder } from '../parts.ts'

/** @throws Error with the words of the build */
export const makeBundles = async (signal: AbortSignal): Promise<Bundles> => {
  await promisify(execFile)(process.execPath, [join(projectFolder, 'build/main.ts'), '--no-budget'], { signal })
  return { folder: join(projectFolder, 'dist') }
}
