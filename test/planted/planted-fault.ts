// A fault that was planted on purpose: a patch whose header names the test that has to notice it.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type PlantedFault = {
  /** Relative to `test/planted`, e.g. `store/lost-etag.patch`. */
  readonly path: string
  /** What is wrong with the patch applied. */
  readonly fault: string
  /** The test file, relative to the project. */
  readonly noticedBy: string
  /** A part of the title of the test. */
  readonly title: string
}

const headerLine = (text: string, name: string, path: string): string => {
  const header = text.slice(0, text.search(/^(?:diff --git|---) /m))
  const value = new RegExp(`^${name}: (.+)$`, 'm').exec(header)?.[1]?.trim()
  if (!value) throw new Error(`${path} has no line "${name}: …" before its diff. The README says how a patch begins.`)
  return value
}

export const parsePlantedFault = (path: string, text: string): PlantedFault => ({
  path,
  fault: headerLine(text, 'Fault', path),
  noticedBy: headerLine(text, 'Noticed by', path),
  title: headerLine(text, 'Test', path),
})

/** All faults below a folder, by path. */
export const plantedFaults = (folder: string): readonly PlantedFault[] =>
  globSync('**/*.patch', { cwd: folder })
    .sort()
    .map((path) => parsePlantedFault(path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')))
