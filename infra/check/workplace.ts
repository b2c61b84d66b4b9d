// A copy of what the Bicep CLI reads, in which it may write, and in which a test of what has to be refused may change something.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../../local/parts.ts'
import type { Bicep } from './bicep-cli.ts'
import { digestOfInputs } from './inputs.ts'

const read = ['infra', 'shared/bus/entities.json']

/** What a snapshot is evaluated for: nobody's, so that nobody's ids are in it. */
const nobody = '00000000-0000-0000-0000-000000000000'

const targetIn = (subscriptionId: string): readonly string[] =>
  Object.entries({
    'tenant-id': '00000000-0000-0000-0000-000000000001',
    'subscription-id': subscriptionId,
    location: 'westeurope',
    'deployment-name': 'suite',
  }).flatMap(([name, value]) => [`--${name}`, value])

export type Outcome = { readonly ok: boolean; readonly words: string }

export type Workplace = {
  readonly read: (file: string) => string
  readonly write: (file: string, text: string) => void
  /** Warnings count as failures. */
  readonly run: (args: readonly string[], environment?: Readonly<Record<string, string>>) => Outcome
  /**
   * @param file with the parameters, below the folder
   * @param subscriptionId for which it is evaluated: nobody's, unless given
   * @returns the snapshot as it is committed; throws Error with the words of Bicep
   */
  readonly snapshot: (file: string, subscriptionId?: string, environment?: Readonly<Record<string, string>>) => string
  readonly remove: () => void
}

export const openWorkplace = ({ program }: Bicep): Workplace => {
  const folder = mkdtempSync(join(tmpdir(), 'infra-'))
  for (const path of read) cpSync(join(projectFolder, path), join(folder, path), { recursive: true })
  const at = (file: string): string => join(folder, file)
  const run: Workplace['run'] = (args, environment = {}) => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      maxBuffer: 100_000_000,
    })
    const words = `${stdout}${stderr}`.replaceAll(`${folder}/`, '')
    return { ok: status === 0 && !/\bWarning\b/.test(stderr) && !/^\s*Warning\b/m.test(stdout), words }
  }
  return {
    read: (file) => readFileSync(at(file), 'utf8'),
    write: (file, text) => writeFileSync(at(file), text),
    run,
    snapshot: (file, subscriptionId = nobody, environment = {}) => {
      const { ok, words } = run(['snapshot', file, '--mode', 'overwrite', ...targetIn(subscriptionId)], environment)
      if (!ok) throw new Error(words)
      return normalized(
        readFileSync(at(file.replace(/\.bicepparam$/, '.snapshot.json')), 'utf8'),
        digestOfInputs(folder),
      )
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

type Snapshot = { readonly predictedResources: readonly object[]; readonly outputs?: object }

/** Bicep writes the outputs in any order. */
const normalized = (text: string, madeOf: string): string => {
  const { predictedResources, outputs = {} } = JSON.parse(text) as Snapshot
  const sorted = Object.fromEntries(Object.entries(outputs).sort(([one], [other]) => (one < other ? -1 : 1)))
  return `${JSON.stringify({ madeOf, resources: predictedResources, outputs: sorted }, undefined, 2)}\n`
}
