import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../local/data-folder.ts'

let parent: string
let path: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'data-folder-'))
  path = join(parent, 'data')
})
afterEach(() => rmSync(parent, { recursive: true }))

const lock = (): string => join(path, 'stack.lock')
const lockedBy = (pid: number): void => {
  openDataFolder(path).release()
  writeFileSync(lock(), JSON.stringify({ pid, processes: {} }))
}

describe('the data folder', () => {
  it('is made when it is missing, and used again', () => {
    openDataFolder(path).release()
    writeFileSync(join(path, 'data.json'), '1')
    openDataFolder(path).release()
    expect(readFileSync(join(path, 'data.json'), 'utf8')).toBe('1')
  })

  it('is cleared of what earlier runs left, and stays ours and locked', () => {
    const folder = openDataFolder(path)
    writeFileSync(join(path, 'data.json'), '1')
    folder.clear()
    expect(existsSync(join(path, 'data.json'))).toBe(false)
    expect(existsSync(lock())).toBe(true)
    folder.release()
    openDataFolder(path).release()
  })

  it('is refused, unchanged, when it holds something else', () => {
    writeFileSync(join(parent, 'thesis.txt'), 'precious')
    expect(() => openDataFolder(parent)).toThrow('LOCAL_DATA')
    expect(readdirSync(parent)).toEqual(['thesis.txt'])
  })
})

describe('a folder that cannot be used', () => {
  it.each([
    ['is a file', '/etc/hostname'],
    ['lies in a file', '/etc/hostname/data'],
    ['is a device', '/dev/null'],
    ['lies where there can be no folders', '/proc/data'],
  ])('is named with the setting that changes it: one that %s', (_, unusable) => {
    expect(() => openDataFolder(unusable)).toThrow(
      new RegExp(`^The folder ${unusable} cannot hold .*Set LOCAL_DATA to a writable folder`),
    )
  })

  it('is made with the folders above it', () => {
    path = join(parent, 'a', 'b', 'c')
    openDataFolder(path).release()
    expect(readdirSync(path)).toEqual(['local-stack.txt'])
  })
})

describe('the lock of the data folder', () => {
  it('keeps out a second stack and names the first', () => {
    lockedBy(process.ppid)
    expect(() => openDataFolder(path)).toThrow(`process ${process.ppid}`)
    expect(existsSync(lock())).toBe(true)
  })

  it('is taken over from a process that has ended', () => {
    lockedBy(spawnSync(process.execPath, ['--version']).pid)
    openDataFolder(path).release()
    expect(existsSync(lock())).toBe(false)
  })

  it('is taken over when it is older than the start of the machine, whoever has that process id now', () => {
    lockedBy(process.ppid)
    utimesSync(lock(), 0, 0)
    openDataFolder(path).release()
  })

  it('is taken over when a crash cut it short', () => {
    openDataFolder(path).release()
    writeFileSync(lock(), '{"pid":')
    openDataFolder(path).release()
  })

  it('is not used as of an earlier time than it was, until it is cleared', () => {
    const folder = openDataFolder(path)
    const [first, later] = [new Date('2026-03-01T01:10:00Z'), new Date('2026-03-01T01:10:01Z')]
    folder.begin(first)
    for (const time of [first, new Date(0)]) expect(() => folder.begin(time)).toThrow('Add --reset, or set LOCAL_DATA')
    folder.begin(later)
    expect(() => folder.begin(first)).toThrow('was last used at 2026-03-01T01:10:01.000Z')
    folder.clear()
    folder.begin(first)
  })

  it('tells which processes belong to the stack', () => {
    const folder = openDataFolder(path)
    folder.record({ hub: 12 })
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toEqual({ pid: process.pid, processes: { hub: 12 } })
    folder.release()
  })
})
