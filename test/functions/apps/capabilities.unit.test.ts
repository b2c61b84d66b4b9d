// What a capability exports is hosted, and what is stored anywhere is known to the retention: nothing of either is forgotten in a list.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { all, functionApps } from '../../../functions/apps/all.ts'
import { tables } from '../../../functions/apps/tables.ts'
import type { Definitions, Tables } from '../../../functions/platform/capability.ts'
import { projectFolder } from '../../../local/parts.ts'

type Exported = { readonly api?: Definitions; readonly background?: Definitions; readonly tables?: Tables }

const folders = globSync('functions/*/*/', { cwd: projectFolder })
const files = globSync('functions/*/*/capability.ts', { cwd: projectFolder })
const source = globSync(['functions/**/*.ts', 'shared/**/*.ts'], { cwd: projectFolder })

const read = (file: string): string => readFileSync(join(projectFolder, file), 'utf8')

describe('a capability', () => {
  it('is every folder of a product, and says what it has', () => {
    expect(folders.length).toBeGreaterThan(10)
    expect(files.map((file) => join(file, '..')).toSorted()).toEqual(folders.map((folder) => join(folder)).toSorted())
  })

  it.each(files)('has all that %s exports in an app of its product', async (file) => {
    const exported = (await import(join(projectFolder, file))) as Exported
    const { api = [], background = [], tables: load } = exported
    expect(api.length + background.length).toBeGreaterThan(0)
    const hosted = (kind: 'api' | 'background') =>
      new Set(functionApps.filter(({ name }) => name.endsWith(kind)).flatMap(({ definitions }) => definitions))
    expect(api.filter((definition) => !hosted('api').has(definition))).toEqual([])
    expect(background.filter((definition) => !hosted('background').has(definition))).toEqual([])
    const own = (await load?.()) ?? []
    expect(own.filter((table) => !tables.includes(table))).toEqual([])
  })
})

describe('the list of tables', () => {
  it('has every table that is declared in the source, once', () => {
    const declared = source.flatMap((file) =>
      [...read(file).matchAll(/\b(?:table|pending)\('(\w+)'/g)].map(([, name = '']) => name),
    )
    expect(declared.length).toBeGreaterThan(20)
    expect(tables.map(({ name }) => name)).toEqual(declared.toSorted())
  })
})

describe('an app with orchestrations', () => {
  const withFlows = functionApps.filter(({ definitions }) => definitions.some(({ kind }) => kind === 'orchestration'))

  it.each(withFlows)(
    'is $name: it ends them, starts what was cut off, and deletes their histories',
    ({ definitions }) => {
      const names = definitions.map(({ name }) => name)
      expect(names).toContain('flow-finish')
      expect(names.filter((name) => /-flow-(?:start|retention)-timer$/.test(name))).toHaveLength(2)
    },
  )
})

describe('an app with queues', () => {
  const summaries = all.definitions.filter(({ name }) => name.endsWith('-dead-letter-timer'))

  it.each(all.definitions.filter((definition) => 'queue' in definition))(
    'brings in what the broker gave up of $name, in the same app',
    (receiver) => {
      const hosts = functionApps.filter(({ definitions }) => definitions.includes(receiver))
      expect(hosts).toHaveLength(1)
      const timers = summaries.filter((timer) => hosts[0]?.definitions.includes(timer))
      expect(timers.map(({ summary }) => summary).join()).toContain((receiver as { readonly queue: string }).queue)
    },
  )
})
