// What a snapshot was made of: so that one that is older than the Bicep files is noticed where there is no Bicep CLI.
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = [
  'infra/*.{bicep,json}',
  'infra/modules/*.bicep',
  'infra/parameters/*.bicepparam',
  'shared/bus/entities.json',
]

/** SHA-256 over the names and texts of all files that a snapshot follows from. */
export const digestOfInputs = (projectFolder: string): string => {
  const files = globSync(read, { cwd: projectFolder })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) {
    const text = readFileSync(join(projectFolder, file), 'utf8').replaceAll('\r\n', '\n')
    hash.update(`${file}\0${text}\0`)
  }
  return hash.digest('hex')
}
