// The lint rule that keeps orchestrations deterministic, on files that are planted in a folder with the project's configuration.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectFolder } from '../../../local/parts.ts'

const planted = {
  clock: 'export const at = () => new Date()',
  'clock-now': 'export const at = () => Date.now()',
  'clock-of-process': 'export const at = () => performance.now()',
  random: 'export const chance = () => Math.random()',
  'random-by-name': "export const chance = () => Math['random']()",
  'random-unpacked': 'const { random } = Math\nexport const chance = () => random()',
  uuid: 'export const id = () => crypto.randomUUID()',
  environment: "export const name = () => process.env['NAME']",
  request: "export const ask = () => fetch('https://example.com')",
  timeout: 'export const later = (work: () => void) => setTimeout(work, 1)',
  interval: 'export const often = (work: () => void) => setInterval(work, 1)',
  immediate: 'export const soon = (work: () => void) => setImmediate(work)',
  'by-the-back-door': 'export const ask = () => globalThis.fetch',
  'by-the-old-back-door': 'export const ask = () => global.fetch',
  'language-of-the-machine': 'export const text = (number: number) => new Intl.NumberFormat().format(number)',
  microtask: 'export const soon = (work: () => void) => queueMicrotask(work)',
  'node-module': "import { randomUUID } from 'node:crypto'\nexport const id = () => randomUUID()",
  'node-module-bare': "import { randomUUID } from 'crypto'\nexport const id = () => randomUUID()",
  store: "import { createStore } from '../../../shared/store/store.ts'\nexport const open = createStore",
  peer: "import { createPsaClient } from '../../../shared/peers/psa/client.ts'\nexport const connect = createPsaClient",
  services: "import { createServices } from '../../../shared/services.ts'\nexport const make = createServices",
  'dynamic-import': "export const load = () => import('node:fs')",
} as const

const clean = `import { orchestration } from '../../../shared/triggers/orchestration.ts'
import { readPlan } from './activities.ts'

export const cleanFlow = orchestration({
  name: 'clean-flow',
  summary: 'Does as it should',
  integration: 'test',
  operation: 'clean',
  handler: function* (flow) {
    const { items } = yield* flow.call(readPlan, {})
    flow.progress({ of: items.length, largest: Math.max(...items) })
    return { at: flow.now().toISOString() }
  },
})
`

let folder: string
let refused: ReadonlyMap<string, readonly string[]>

const plant = async (name: string, file: string, text: string): Promise<void> => {
  await mkdir(join(folder, name))
  await writeFile(join(folder, name, file), `${text}\n`)
}

type Report = { readonly diagnostics: readonly { readonly filename: string; readonly code: string }[] }

/** Rules that were broken, by folder. All in one run, since each takes most of a second. */
const lint = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const oxlint = join(projectFolder, 'node_modules/oxlint/bin/oxlint')
  const run = promisify(execFile)(process.execPath, [oxlint, '--format=json', '.'], { cwd: folder })
  // It ends with 1 when it refuses something.
  const { stdout } = await run.catch((error: unknown) => error as { stdout: string })
  const found = new Map<string, string[]>()
  for (const { filename, code } of (JSON.parse(stdout) as Report).diagnostics) {
    const [name = ''] = filename.split('/')
    found.set(name, [...(found.get(name) ?? []), code])
  }
  return found
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planted-'))
  await copyFile(join(projectFolder, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const [name, text] of Object.entries(planted)) await plant(name, 'orchestration.ts', text)
  await plant('clean', 'orchestration.ts', clean)
  await plant('elsewhere', 'activities.ts', planted.clock)
  refused = await lint()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('an orchestration', () => {
  it.each(Object.keys(planted))('is refused with %s', (name) => {
    expect(refused.get(name)?.join(' ')).toMatch(/no-restricted-(?:globals|properties|imports)/)
  })

  it('passes when it goes through its flow alone', () => {
    expect(refused.get('clean')).toBeUndefined()
  })
})

describe('any other file', () => {
  it('may use the clock', () => {
    expect(refused.get('elsewhere')).toBeUndefined()
  })
})
