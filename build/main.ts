// Process entry: node build/main.ts [--out dist]
// Makes the folder of each Function App that is deployed, and of all of them in one, which package.json names as `main`; their source
// maps go to `source-maps` beside them.
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { all, functionApps } from '../functions/apps/all.ts'
import { projectFolder } from '../local/parts.ts'
import { bundle, entryOf } from './bundle.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: join(projectFolder, 'dist') } } })

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`.padStart(8)

for (const { name, definitions } of [...functionApps, all]) {
  const folder = resolve(values.out, name)
  const { bytes, atStart } = await bundle({
    name,
    entry: entryOf(name),
    folder,
    maps: resolve(values.out, 'source-maps', name),
  })
  console.log(
    `${name.padEnd(24)}${String(definitions.length).padStart(3)} functions ${kilobytes(bytes)}, ${kilobytes(atStart.bytes)} of it at start  ${folder}`,
  )
}
