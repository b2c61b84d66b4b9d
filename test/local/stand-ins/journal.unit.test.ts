import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openJournal } from '../../../local/stand-ins/journal.ts'

const Entry = z.object({ n: z.number() })
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a journal', () => {
  it('gives back what was appended, in order, from a folder that it makes itself', () => {
    const file = join(folder, 'deep', 'a.jsonl')
    const { journal, entries } = openJournal(file, Entry)
    expect(entries).toEqual([])
    for (const n of [1, 2, 3]) journal.append({ n })
    expect(openJournal(file, Entry).entries).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  it('leaves out a last line that was cut off, and goes on after it', () => {
    const file = join(folder, 'a.jsonl')
    writeFileSync(file, '{"n":1}\n{"n":2}\n{"n":')
    const { journal, entries } = openJournal(file, Entry)
    expect(entries).toEqual([{ n: 1 }, { n: 2 }])
    journal.append({ n: 3 })
    expect(openJournal(file, Entry).entries).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  })

  it.each(['nonsense', '{"n":"text"}', ''])('names the line "%s", which it cannot read', (line) => {
    const file = join(folder, 'a.jsonl')
    writeFileSync(file, `{"n":1}\n${line}\n{"n":3}\n`)
    expect(() => openJournal(file, Entry)).toThrow(`Line 2 of ${file} cannot be read`)
  })

  it('is replaced as a whole, and goes on', () => {
    const file = join(folder, 'a.jsonl')
    const { journal } = openJournal(file, Entry)
    for (const n of [1, 2, 3]) journal.append({ n })
    journal.rewrite([{ n: 3 }])
    journal.append({ n: 4 })
    expect(readFileSync(file, 'utf8')).toBe('{"n":3}\n{"n":4}\n')
  })

  it('takes nothing once it is closed', () => {
    const file = join(folder, 'a.jsonl')
    const { journal } = openJournal(file, Entry)
    journal.close()
    expect(() => journal.append({ n: 1 })).toThrow(/is closed/)
    appendFileSync(file, '')
    expect(readFileSync(file, 'utf8')).toBe('')
  })
})
