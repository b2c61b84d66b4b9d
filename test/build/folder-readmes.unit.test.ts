// A folder that is too big to be seen at a glance says in which order its files are to be read.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const top = join(import.meta.dirname, '../..')
const filesAtAGlance = 8

const foldersIn = (folder: string): readonly string[] => [
  folder,
  ...readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? foldersIn(join(folder, entry.name)) : [],
  ),
]

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : [],
  )

const isReadme = (file: string): boolean => file === 'README.md'

/** The names in the first column of the table, each as often as it stands there. */
const namesIn = (readme: string): readonly string[] =>
  readme
    .split('\n')
    .flatMap((line) => /^\| (`[^|]+`) +\|/.exec(line)?.[1] ?? [])
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))

const described = ['shared', 'functions']
  .flatMap((name) => foldersIn(join(top, name)))
  .map((path) => ({ path, folder: relative(top, path), files: filesOf(path) }))
  .filter(({ files }) => files.some(isReadme) || files.length > filesAtAGlance)

describe('a folder of more than eight files', () => {
  it('is there to be described', () => {
    expect(described.map(({ folder }) => folder)).toEqual(
      expect.arrayContaining(['shared/store', 'functions/code/cmdb']),
    )
  })

  it.each(described)('$folder has a README, whose table names each of its files once', ({ path, files }) => {
    expect(files).toContain('README.md')
    const named = namesIn(readFileSync(join(path, 'README.md'), 'utf8'))
    expect(named.toSorted()).toEqual(files.filter((file) => !isReadme(file)).toSorted())
  })
})

const packages = readdirSync(join(top, 'packages'))

describe('a package', () => {
  it.each(packages)('%s has a README, in which each of its sources is named once', (name) => {
    const folder = join(top, 'packages', name)
    const sources = readdirSync(join(folder, 'src')).filter((entry) => !entry.startsWith('.'))
    const tables = namesIn(readFileSync(join(folder, 'README.md'), 'utf8'))
    expect(tables.filter((cell) => cell.endsWith('.ts') || sources.includes(cell)).toSorted()).toEqual(
      sources.toSorted(),
    )
  })
})
