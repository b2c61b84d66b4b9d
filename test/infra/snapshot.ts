// The committed snapshots of infra/ and the description of the suite, as the tests of the deployment look at them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../../local/parts.ts'
import type { Suite } from '../../infra/description/suite.ts'

export type Resource = {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly location?: string
  readonly kind?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sku?: Readonly<Record<string, unknown>>
  readonly properties: Readonly<Record<string, unknown>>
}

export type Snapshot = {
  readonly stage: string
  readonly text: string
  readonly madeOf: string
  readonly resources: readonly Resource[]
  readonly outputs: Readonly<Record<string, unknown>>
}

const read = (path: string): string => readFileSync(join(projectFolder, path), 'utf8')

export const suite = JSON.parse(read('infra/suite.json')) as Suite

export const entities = JSON.parse(read('shared/bus/entities.json')) as {
  readonly queues: readonly { readonly name: string; readonly properties: object }[]
  readonly topics: readonly {
    readonly name: string
    readonly properties: object
    readonly subscriptions: readonly {
      readonly name: string
      readonly properties: object
      readonly rules: readonly { readonly name: string; readonly correlationFilter: object }[]
    }[]
  }[]
}

export const stages = ['dev', 'test', 'production'] as const

export const snapshots: readonly Snapshot[] = stages.map((stage) => {
  const text = read(`infra/snapshots/${stage}.json`)
  return { stage, text, ...(JSON.parse(text) as Pick<Snapshot, 'madeOf' | 'resources' | 'outputs'>) }
})

export const snapshotOf = (stage: (typeof stages)[number]): Snapshot => {
  const found = snapshots.find((snapshot) => snapshot.stage === stage)
  if (!found) throw new Error(`There is no snapshot of ${stage}.`)
  return found
}

export const parametersOf = (stage: string): string => read(`infra/parameters/${stage}.bicepparam`)

/** The text of a parameter: `'a'` gives a, `['a', 'b']` both. */
export const valuesOf = (stage: string, parameter: string): readonly string[] => {
  const [, value = ''] = new RegExp(`^param ${parameter} = (.*)$`, 'm').exec(parametersOf(stage)) ?? []
  return [...value.matchAll(/'([^']*)'/g)].flatMap(([, text]) => text || [])
}

export const ofType = ({ resources }: Snapshot, type: string): readonly Resource[] =>
  resources.filter((resource) => resource.type === type)

/** As `ofType`, where there has to be one. */
export const allOfType = (snapshot: Snapshot, type: string): readonly Resource[] => {
  const found = ofType(snapshot, type)
  if (found.length === 0) throw new Error(`There is no ${type} in the snapshot of ${snapshot.stage}.`)
  return found
}

/** `theonecode-api` of `func-theonecode-api-uh6anm`. */
export const appOf = (name: string): string => {
  const app = suite.apps.find((known) => name.startsWith(`func-${known.name}-`))
  if (!app) throw new Error(`${name} is the site of no app in infra/suite.json.`)
  return app.name
}

/** The settings of each app, by its name. Values that are known only on Azure are expressions in square brackets. */
export const settingsByApp = (snapshot: Snapshot): ReadonlyMap<string, Readonly<Record<string, string>>> =>
  new Map(
    allOfType(snapshot, 'Microsoft.Web/sites/config').map(({ name, properties }) => [
      appOf(name),
      properties as Record<string, string>,
    ]),
  )

/** Below the resource group. */
export const pathOf = (id: string): string => id.replace(/^.*?\/resourceGroups\/[^/]+\/providers\//, '')
