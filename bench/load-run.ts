// Runs the process that makes requests, for some seconds with its requests in turn, or once with each.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Load, LoadRequest } from './load.ts'
import { runProgram } from './program.ts'

/** @returns the file, for `loadOf` */
export const requestFile = (folder: string, name: string, requests: readonly LoadRequest[]): string => {
  const file = join(folder, `${name}.requests`)
  writeFileSync(file, requests.map((request) => `${JSON.stringify(request)}\n`).join(''))
  return file
}

export const loadOf = async (url: string, requests: string, connections: number, seconds?: number): Promise<Load> =>
  (await runProgram('load.ts', [
    '--url',
    url,
    '--requests',
    requests,
    '--connections',
    String(connections),
    ...(seconds === undefined ? [] : ['--seconds', String(seconds)]),
  ])) as Load
