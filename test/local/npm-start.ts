// `npm start` as a person's terminal runs it, for tests. Whatever a test leaves running is killed after it.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { PartName } from '../../local/parts.ts'
import { portNames, portTable } from '../../local/ports.ts'

const project = join(import.meta.dirname, '../..')
const anyPort = Object.fromEntries(portNames.map((name) => [portTable[name].setting, '0']))
const cleanups: (() => void)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0).toReversed()) clean()
})

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'local-stack-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A process that nobody has waited for is dead all the same.
    return !existsSync(`/proc/${pid}/stat`) || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

export const until = async (what: string, holds: () => boolean, msMax = 30_000): Promise<void> => {
  const deadline = Date.now() + msMax
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${msMax} ms in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

type Lock = { readonly pid: number; readonly processes: Readonly<Record<PartName, number>> }

export type Started = {
  readonly process: ChildProcess
  readonly output: () => string
  readonly folder: string
  readonly exit: Promise<number | null>
  readonly parts: () => Lock['processes']
  /** Ids of the parts and of the process that started them. */
  readonly pids: () => readonly number[]
  /** Presses Ctrl-C: every process of the group gets the signal. */
  readonly interrupt: (signal?: NodeJS.Signals) => void
}

export const start = (options: {
  readonly file?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly folder?: string
}): Started => {
  const { file = ['local/start.ts'], args = [], env = {}, folder = temporaryFolder() } = options
  const started = spawn(process.execPath, [...file, ...args], {
    cwd: project,
    env: { ...process.env, ...anyPort, LOCAL_DATA: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal gives to what it starts.
    detached: true,
  })
  let text = ''
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const exit = new Promise<number | null>((resolve) => started.once('close', resolve))
  const interrupt = (signal: NodeJS.Signals = 'SIGINT'): void => {
    process.kill(-(started.pid ?? Number.NaN), signal)
  }
  cleanups.push(() => {
    try {
      interrupt('SIGKILL')
    } catch {
      // All gone, as it should be.
    }
  })
  const lock = () => JSON.parse(readFileSync(join(folder, 'stack.lock'), 'utf8')) as Lock
  const parts = () => lock().processes
  const pids = (): readonly number[] => [lock().pid, ...Object.values(parts())]
  return { process: started, output: () => text, folder, exit, parts, pids, interrupt }
}

export const ready = async (options: Parameters<typeof start>[0] = {}): Promise<Started> => {
  const started = start(options)
  await until(
    'the stack is ready',
    () => started.output().includes('Ctrl-C stops everything') || started.process.exitCode !== null,
    120_000,
  )
  if (started.process.exitCode !== null) throw new Error(`The stack ended at start:\n${started.output()}`)
  return started
}

export const urlIn = (output: string, name: string): string =>
  new RegExp(`^  ${name} +(http\\S+)`, 'm').exec(output)?.[1] ?? ''

/** The integration key in the commands that it prints. */
export const keyIn = (output: string): string => /X-Integration-Key: (tik_[^']+)'/.exec(output)?.[1] ?? ''
