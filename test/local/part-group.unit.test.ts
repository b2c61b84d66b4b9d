// What becomes of a process of the stack that ends by itself.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPartGroup } from '../../local/part-group.ts'
import { eventually } from '../support/eventually.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'part-group-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const served = import.meta.resolve('@theone/local-process/child-process')

/** Ends with these codes, one after the other, each time that it is started; then it stays. */
const programThatEnds = (...codes: readonly number[]) => {
  const [file, starts] = [join(folder, 'program.ts'), join(folder, 'starts.txt')]
  writeFileSync(starts, '')
  writeFileSync(
    file,
    `import { appendFileSync, readFileSync } from 'node:fs'
import { serveAsChild } from '${served}'
const code = ${JSON.stringify(codes)}[readFileSync('${starts}', 'utf8').length]
appendFileSync('${starts}', 'x')
await serveAsChild(async () => {
  setTimeout(() => code !== undefined && process.exit(code), 50)
  setInterval(() => {}, 1_000)
  return { urls: { a: 'http://a' }, close: async () => {} }
})`,
  )
  return { program: { file, args: [], env: {} }, starts: () => readFileSync(starts, 'utf8').length }
}

const openGroup = () => createPartGroup({ signal: undefined, onLine: () => {}, onChange: () => {} })

describe('a part that ends by itself', () => {
  it('is started again as it was when its last words are that it wants to be, however often', async () => {
    const { program, starts } = programThatEnds(75, 75)
    const group = openGroup()
    let failed = false
    void group.failed.then(() => (failed = true))
    await group.start('functions', program)
    await eventually(
      async () => starts(),
      (count) => count === 3,
      10_000,
    )
    await eventually(
      async () => group.children.size,
      (count) => count === 1,
      10_000,
    )
    expect(failed).toBe(false)
    await group.stop()
    expect(starts()).toBe(3)
  })

  it('is a failure otherwise', async () => {
    const { program, starts } = programThatEnds(3)
    const group = openGroup()
    await group.start('functions', program)
    expect((await group.failed).message).toContain('Functions stopped unexpectedly (code 3).')
    await group.stop()
    expect(starts()).toBe(1)
  })
})
