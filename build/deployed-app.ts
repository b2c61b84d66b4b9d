// Makes the folder of one Function App as it is deployed: the bundle, and what stands beside it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionApp } from '../functions/apps/function-app.ts'
import { nodeMajorMin } from '../functions/apps/node-version.ts'
import { projectFolder } from '../local/parts.ts'
import { type Bundle, bundle, entryOf } from './bundle.ts'
import { type HostJson, hostJsonFor } from './host-json.ts'
import { thirdPartyNotices } from './third-party-notices.ts'

type Folders = {
  /** Emptied first. Nothing else is deployed. */
  readonly folder: string
  /** Emptied first. Gets the source maps. */
  readonly maps: string
}

/** @throws what `bundle` throws; an error that names a bundled package whose licence is not accepted */
export const makeApp = async ({ name, definitions }: FunctionApp, { folder, maps }: Folders): Promise<Bundle> => {
  const made = await bundle({ name, entry: entryOf(name), folder, maps })
  const project = JSON.parse(readFileSync(join(projectFolder, 'host.json'), 'utf8')) as HostJson
  writeJson(join(folder, 'host.json'), hostJsonFor(project, definitions))
  writeJson(join(folder, 'package.json'), {
    name,
    private: true,
    type: 'module',
    main: 'main.mjs',
    engines: { node: `>=${nodeMajorMin}` },
  })
  // azd has npm install what package.json asks for, which is nothing; npm leaves these behind.
  writeFileSync(join(folder, '.funcignore'), '.funcignore\nnode_modules\npackage-lock.json\n')
  const modules = Object.entries(made.whole.modules).flatMap(([module, bytes]) => (bytes > 0 ? [module] : []))
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(projectFolder, modules))
  return made
}

const writeJson = (file: string, value: unknown): void =>
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`)
