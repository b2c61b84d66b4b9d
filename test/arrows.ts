// Checks which folders import which, that imports in shared/ go downwards, and that the tool that checks it has really read every source file.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { upwardImports } from './layers.ts'

const folders = [
  'functions',
  'shared',
  'packages',
  'local',
  'build',
  'infra',
  'deploy',
  'bench',
  'eval',
  'test',
].filter((folder) => existsSync(folder))

const run = (args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(
    'depcruise',
    ['--config', '.dependency-cruiser.cjs', ...args, ...folders],
    {
      encoding: 'utf8',
      maxBuffer: 100_000_000,
    },
  )
  if (status === null) throw new Error(`dependency-cruiser did not run: ${stderr}`)
  return stdout + stderr
}

type Cruise = {
  readonly modules: readonly {
    readonly source: string
    readonly dependencies: readonly { readonly resolved: string }[]
  }[]
  readonly summary: {
    readonly violations: readonly { from: string; to: string; rule: { name: string; severity: string } }[]
  }
}

const { modules, summary } = JSON.parse(run(['--output-type', 'json'])) as Cruise
const files = folders.flatMap((folder) =>
  globSync(`${folder}/**/*.{ts,mjs}`, { exclude: ['packages/*/dist/**', '**/node_modules/**'] }),
)
const read = new Set(modules.map(({ source }) => source))
const unread = files.filter((file) => !read.has(file))
const imports = modules.flatMap(({ source, dependencies }) =>
  dependencies.map(({ resolved }) => ({ from: source, to: resolved })),
)
const upward = upwardImports(imports)
for (const fault of upward) console.error(fault)
for (const { from, to, rule } of summary.violations) console.error(`${rule.name}: ${from} must not import ${to}`)
if (files.length === 0 || unread.length > 0) console.error(`Not read: ${unread.join(', ') || 'any file'}`)
const failed = files.length === 0 || unread.length > 0 || summary.violations.length > 0 || upward.length > 0
console.log(`Arrows: ${files.length} files, ${failed ? 'not as they should be' : 'all as they should be'}.`)
process.exitCode = failed ? 1 : 0
