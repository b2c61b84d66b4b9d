// Runs a program of the benchmarks to its end, in a process of its own, and reads the JSON that it prints.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const msMax = 60_000

/**
 * @param file in this folder
 * @param env beside the environment of this process
 * @throws Error with what the program wrote to its error output, when it fails or takes longer than a minute
 */
export const runProgram = async (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, file), ...args], {
    env: { ...process.env, ...env },
    timeout: msMax,
    maxBuffer: 16 * 1024 * 1024,
  })
  return JSON.parse(stdout)
}
