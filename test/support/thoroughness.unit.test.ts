import { describe, expect, it } from 'vitest'
import { momentsOf, someOf, oneOfEach } from './thoroughness.ts'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../../local/parts.ts'

const steps = ['GET /row', 'PUT /marker', 'GET /ticket', 'POST /ticket', 'GET /row']
const shown = (first: number, all: boolean): readonly string[] =>
  momentsOf(steps, first, all).map(({ step, side }) => `${side} ${step}`)

describe('the moments at which work is killed', () => {
  it('are after each write, and before the first', () => {
    expect(shown(1, false)).toEqual(['before 2', 'after 2', 'after 4'])
  })
  it('are before and after every request in a long run', () => {
    expect(shown(1, true)).toHaveLength(10)
  })
  it('begin where it becomes interesting', () => {
    expect([shown(3, false), shown(5, false)]).toEqual([['before 4', 'after 4'], []])
    expect(shown(4, true)).toEqual(['before 4', 'after 4', 'before 5', 'after 5'])
  })
})

describe('some of the moments', () => {
  it('are spread from the first to the last', () => {
    expect(someOf([1, 2, 3, 4, 5, 6, 7], 4, false)).toEqual([1, 3, 5, 7])
    expect(someOf([1, 2, 3], 1, false)).toEqual([1])
  })
  it('are all when there are no more than that, or in a long run', () => {
    expect([someOf([1, 2, 3], 3, false), someOf([1, 2, 3, 4], 2, true)]).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4],
    ])
  })
})

describe('one of each kind', () => {
  const words = ['ab', 'a', 'cd', 'b', 'efg']
  const lengthOf = (word: string): string => String(word.length)
  it('is the first of it, in order', () => {
    expect(oneOfEach(words, lengthOf, false)).toEqual(['ab', 'a', 'efg'])
  })
  it('are all in a long run', () => {
    expect(oneOfEach(words, lengthOf, true)).toEqual(words)
  })
})

it('runs every test in a long run that tries less on each run', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const wanted = scripts['test:long']?.split('--mode long ')[1]?.split(' ') ?? []
  const files = globSync(['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'], { cwd: projectFolder })
  const lessThorough = files.filter((file) =>
    /from '[./\w]*\/thoroughness\.ts'/.test(readFileSync(join(projectFolder, file), 'utf8')),
  )
  expect(lessThorough.length).toBeGreaterThan(20)
  expect(lessThorough.filter((file) => !wanted.some((part) => file.includes(part)))).toEqual([])
})
