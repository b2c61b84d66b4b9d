// A program of the project that a test runs as whoever uses it does.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectFolder } from '../../local/parts.ts'

const compileCache = join(projectFolder, 'node_modules/.cache/node-compile')

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

/**
 * Resolves however it ends.
 * @param file from the project's folder, such as `functions/apps/data-rights.ts`
 * @param settings its environment, beside the path
 */
export const programAt =
  (file: string, settings: Readonly<Record<string, string>>) =>
  async (...args: readonly string[]): Promise<Ran> => {
    // Each command of package.json is given the cache as well, by local/install.mjs.
    const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, ...settings }
    const options = { env, timeout: 50_000 }
    try {
      return {
        code: 0,
        ...(await promisify(execFile)(process.execPath, [join(projectFolder, file), ...args], options)),
      }
    } catch (error) {
      const { code, stdout, stderr } = error as Ran
      return { code, stdout, stderr }
    }
  }
