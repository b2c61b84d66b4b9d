// Each app is given the settings that infra/suite.json gives it, and no others, as on Azure: one that is forgotten there is missed here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { projectFolder } from '../parts.ts'

const Suite = z.object({
  apps: z.array(z.object({ name: z.string(), settings: z.array(z.string()) })),
  settings: z.record(z.string(), z.unknown()),
})

/**
 * @returns the settings of other apps, each of them empty, which counts as not set: a process has what its parent has beside
 * @throws Error for an app that infra/suite.json does not have
 */
export const settingsOfOthers = (app: string): Readonly<Record<string, ''>> => {
  const { apps, settings } = Suite.parse(JSON.parse(readFileSync(join(projectFolder, 'infra/suite.json'), 'utf8')))
  const own = apps.find(({ name }) => name === app)?.settings
  if (own === undefined) throw new Error(`infra/suite.json has no app ${app}. Write it anew with "npm run docs".`)
  const others = Object.keys(settings).filter((name) => !own.includes(name))
  return Object.fromEntries(others.map((name) => [name, '']))
}
