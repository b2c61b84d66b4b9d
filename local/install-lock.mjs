// The lock of an installation: two of them in one folder would delete each other's files. The second waits, and finds everything done.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const lockOf = (folder) => {
  // Outside of the project, since npm deletes everything in node_modules.
  const file = join(tmpdir(), `npm-ci-${createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16)}.lock`)
  return {
    /** Resolves with true once the lock is ours, with false when it is interrupted before. */
    take: async (isInterrupted) => {
      let told = false
      while (!isInterrupted()) {
        if (tryTake(file)) return true
        if (isStale(file)) {
          rmSync(file, { force: true })
          continue
        }
        if (!told) console.log(`Waiting for another installation in this folder to finish (${file}).`)
        told = true
        await sleep(500)
      }
      return false
    },
    release: () => rmSync(file, { force: true }),
  }
}

const tryTake = (file) => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

const lockMinutesMax = 15

/** Whether the lock was left behind by an installation that is no more. */
const isStale = (file) => {
  try {
    if (statSync(file).mtimeMs < Date.now() - lockMinutesMax * 60_000) return true
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 0 && (pid === process.pid || !isAlive(pid))
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
