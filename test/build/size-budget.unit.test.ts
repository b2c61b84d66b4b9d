import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../../build/bundle.ts'
import { type AppSizes, type Sizes, budgetProblems, sizesOf, spareBudgets } from '../../build/size-budget.ts'
import { functionApps } from '../../functions/apps/all.ts'
import { projectFolder } from '../../local/parts.ts'

const size = (whole: number, atStart: number, parts: Readonly<Record<string, number>> = {}): AppSizes => ({
  whole: { kilobytes: whole, parts },
  atStart: { kilobytes: atStart, parts },
})

const budget: Sizes = { api: size(1_000, 100, { zod: 300, openai: 200 }) }

describe('the budget of an app', () => {
  it.each([
    { now: size(1_100, 110), title: 'a tenth more' },
    { now: size(1_000, 100), title: 'the same' },
    { now: size(1, 1), title: 'less' },
  ])('is kept with $title', ({ now }) => {
    expect(budgetProblems({ api: now }, budget)).toEqual([])
  })

  it('is broken by more than a tenth as a whole: what has grown most is named first, what is new is said to be new', () => {
    const now = size(1_101, 100, { zod: 290, openai: 250, moment: 151 })
    expect(budgetProblems({ api: now }, budget)).toEqual([
      'api as a whole is 1101 KB, 10 % more than the 1000 KB of the budget. What has grown: moment by 151 KB (new), openai by 50 KB.',
    ])
  })

  it('is broken by what is read at start, though the whole has not grown', () => {
    const now: AppSizes = { whole: size(1_000, 0).whole, atStart: { kilobytes: 111, parts: { moment: 11 } } }
    expect(budgetProblems({ api: now }, budget)).toEqual([
      'api at start is 111 KB, 11 % more than the 100 KB of the budget. What has grown: moment by 11 KB (new).',
    ])
  })

  it('is asked of every app, and of no app that is gone', () => {
    expect(budgetProblems({ worker: size(1, 1) }, budget)).toEqual([
      'worker has no budget.',
      'api has a budget, but is not built.',
    ])
  })

  it('that has become much too large is pointed out', () => {
    expect(spareBudgets({ api: size(899, 100) }, budget)).toEqual(['api: 899 of 1000 KB'])
    expect(spareBudgets({ api: size(901, 100) }, budget)).toEqual([])
  })
})

describe('the size of an app', () => {
  it('adds up what came from one package, however deep it lies, and from one part of the project', () => {
    const modules = {
      'node_modules/zod/v4/core.js': 9_000,
      'node_modules/openai/node_modules/zod/index.js': 1_240,
      'shared/store/table.ts': 5_000,
      'shared/store/row.ts': 5_240,
      'node_modules/ms/index.js': 100,
    }
    const bundle: Bundle = {
      main: 'main.mjs',
      whole: { bytes: 20_580, modules },
      atStart: { bytes: 1_024, modules: {} },
    }
    expect(sizesOf(bundle)).toEqual({
      whole: { kilobytes: 20, parts: { zod: 10, 'shared/store': 10 } },
      atStart: { kilobytes: 1, parts: {} },
    })
  })
})

describe('the budget of the project', () => {
  it('has each app that is deployed, and no other', () => {
    const committed = JSON.parse(readFileSync(join(projectFolder, 'build/size-budget.json'), 'utf8')) as Sizes
    expect(Object.keys(committed)).toEqual(functionApps.map(({ name }) => name))
  })
})
