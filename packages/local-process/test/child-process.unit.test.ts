import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Child, describeEnding, startChild } from '../src/child-process.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'child-process-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const served = pathToFileURL(join(import.meta.dirname, '../src/child-process.ts')).href
let programs = 0
/** A program whose `start` is this code. */
const programOf = (body: string): string => {
  const file = join(folder, `program-${(programs += 1)}.ts`)
  writeFileSync(file, `import { serveAsChild } from '${served}'\nawait serveAsChild(async () => {\n${body}\n})\n`)
  return file
}

const lines: string[] = []
const start = (body: string, options: Partial<Parameters<typeof startChild>[0]> = {}): Promise<Child> =>
  startChild({
    name: 'part',
    file: programOf(body),
    onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    ...options,
  })

const endless = 'setInterval(() => {}, 1_000)'
const serving = (close: string): string =>
  `${endless}\nreturn { urls: { a: 'http://a' }, close: async () => { ${close} } }`

describe('a child process', () => {
  it('reports its URLs, and closes when it is asked to', async () => {
    const child = await start(serving("console.log('closing', 1)"))
    expect(child.urls).toEqual({ a: 'http://a' })
    await child.stop()
    expect(await child.ended).toMatchObject({ code: 0, signal: null, lastLines: ['closing 1'] })
    await child.stop()
  })

  it('leaves the interrupt and the end of the terminal to the one that started it', async () => {
    const child = await start(serving("console.log('closed in order')"))
    process.kill(child.pid, 'SIGINT')
    process.kill(child.pid, 'SIGHUP')
    await child.stop()
    expect(await child.ended).toMatchObject({ code: 0, lastLines: ['closed in order'] })
  })

  it('closes in order on SIGTERM', async () => {
    const child = await start(serving("console.log('closed in order')"))
    process.kill(child.pid, 'SIGTERM')
    expect(await child.ended).toMatchObject({ code: 0, lastLines: ['closed in order'] })
  })

  it('is ended the hard way when it does not close', async () => {
    const child = await start(serving('await new Promise(() => {})'))
    await child.stop(50)
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
  })

  it('tells when closing failed', async () => {
    const child = await start(serving("throw new Error('disk full')"))
    await child.stop()
    const ending = await child.ended
    expect(ending.code).toBe(1)
    expect(ending.lastLines.join('\n')).toContain('disk full')
  })

  it('hands over every line with the stream that it came from', async () => {
    lines.length = 0
    const child = await start(
      `console.log('one\\ntwo'); console.error('three'); ${serving("process.stdout.write('last')")}`,
    )
    await child.stop()
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout: one', 'stdout: two', 'stdout: last'])
    expect(lines).toContain('stderr: three')
  })

  it('tells how it ended, with its last words', async () => {
    const child = await start(
      `setTimeout(() => { console.error('out of memory'); process.exit(3) }, 10); ${serving('')}`,
    )
    expect(describeEnding('Part', await child.ended)).toBe('Part stopped unexpectedly (code 3).\nout of memory')
  })
})

describe('a child process that cannot start', () => {
  it('says why', async () => {
    await expect(start("throw new Error('Port 1 is taken.')")).rejects.toThrow('part could not start: Port 1 is taken.')
  })

  it('says what it wrote when it died', async () => {
    await expect(start("console.error('boom'); process.exit(9)")).rejects.toThrow(/part .*\(code 9\)\.\nboom/)
  })

  it('is given up after its time, with what it wrote', async () => {
    await expect(
      start(`console.log('thinking'); ${endless}; await new Promise(() => {})`, { readyMsMax: 5_000 }),
    ).rejects.toThrow('part was not ready within 5000 ms.\nthinking')
  })

  it('is given up on a signal, with its reason', async () => {
    const abort = new AbortController()
    const starting = start(`console.log('thinking'); ${endless}; await new Promise(() => {})`, {
      signal: abort.signal,
      onLine: () => abort.abort(new Error('Interrupted.')),
    })
    await expect(starting).rejects.toThrow('Interrupted.')
    await expect(start(serving(''), { signal: abort.signal })).rejects.toThrow('Interrupted.')
  })
})
