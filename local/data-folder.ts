// The folder that keeps the data of the local stack: ours alone, used by one stack at a time, and never mistaken for another.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { dirname, join } from 'node:path'

export type DataFolder = {
  readonly path: string
  /** Deletes what earlier runs left. */
  readonly clear: () => void
  /**
   * Keeps when this run begins.
   * @throws Error if an earlier one began later: timers would wait for times that have long been, and nothing would be new enough
   */
  readonly begin: (now: Date) => void
  /** Writes into the lock which processes belong to the stack, for whoever finds the lock. */
  readonly record: (processes: Readonly<Record<string, number>>) => void
  /** Lets another stack use the folder. */
  readonly release: () => void
}

const markerName = 'local-stack.txt'
const lockName = 'stack.lock'
const lastStartName = 'last-start.txt'
const marker = 'Data of the local stack. "npm start -- --reset" deletes this folder\'s contents.\n'

/**
 * Makes or opens the folder and takes its lock.
 * @throws Error if the folder cannot be written, holds something else, or if another stack uses it; nothing is changed then
 */
export const openDataFolder = (path: string): DataFolder => {
  try {
    return open(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new Error(
      `The folder ${path} cannot hold the data of the local stack (${message}). Set LOCAL_DATA to a writable folder.`,
      { cause: error },
    )
  }
}

const open = (path: string): DataFolder => {
  makeFolder(path)
  const entries = readdirSync(path)
  if (entries.length > 0 && !entries.includes(markerName))
    throw new Error(
      `The folder ${path} contains files that are not data of the local stack. Set LOCAL_DATA to another folder.`,
    )
  writeFileSync(join(path, markerName), marker)
  const lock = join(path, lockName)
  takeLock(lock)
  return {
    path,
    clear: () => {
      for (const entry of readdirSync(path))
        if (entry !== markerName && entry !== lockName) rmSync(join(path, entry), { recursive: true, force: true })
    },
    begin: (now) => beginAfterLast(path, now),
    record: (processes) => writeFileSync(lock, lockText(processes)),
    release: () => rmSync(lock, { force: true }),
  }
}

/** One level at a time: `recursive` never comes back from a place that takes no folders, such as /proc (Node.js 24). */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path)
}

const beginAfterLast = (path: string, now: Date): void => {
  const file = join(path, lastStartName)
  const last = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (Date.parse(last) >= now.getTime())
    throw new Error(
      `The data in ${path} was last used at ${last}, but this run would start earlier, at ${now.toISOString()}. Add --reset, or set LOCAL_DATA to another folder.`,
    )
  writeFileSync(file, `${now.toISOString()}\n`)
}

const lockText = (processes: Readonly<Record<string, number>>): string =>
  `${JSON.stringify({ pid: process.pid, processes })}\n`

const takeLock = (lock: string): void => {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(lock, lockText({}), { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = liveHolder(lock)
    if (holder !== undefined)
      throw new Error(
        `Another local stack (process ${holder}) uses this data. Stop it, or set LOCAL_DATA to another folder. If process ${holder} is something else, delete ${lock}.`,
      )
    rmSync(lock, { force: true })
  }
  throw new Error(`Another local stack has just started to use this data (${lock}).`)
}

/** The process that holds the lock, or nothing if it has ended without letting go of it. */
const liveHolder = (lock: string): number | undefined => {
  try {
    const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }
    // By the clock of the machine, as the times of files are, whatever time the stack runs as of.
    const bootedAt = performance.timeOrigin + performance.now() - uptime() * 1000
    // A lock from before the machine was started, or of our own id, is of a process that has gone: ids are given out again.
    if (pid === process.pid || statSync(lock).mtimeMs < bootedAt) return undefined
    return isAlive(pid) ? pid : undefined
  } catch (error) {
    // Gone meanwhile, or cut short by a crash while it was being written.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
