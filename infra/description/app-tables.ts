// Which tables each Function App opens: those whose declarations are in its bundle. A table can be opened with its declaration alone.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Metafile, build } from 'esbuild'
import { entryOf } from '../../build/bundle.ts'
import { projectFolder } from '../../local/parts.ts'

/** How the declaration of a table begins: `table('tickets', {`, `pending('ticketFilings')`. */
const declaration = /\b(?:table|pending)\(\s*'([A-Za-z0-9]+)'/g

/** @throws Error naming a table that is not in the list of all tables: nothing would delete its rows */
export const tablesOf = async (app: string, known: readonly string[]): Promise<readonly string[]> => {
  const files = (await modulesOf(app)).filter((file) => /^(?:functions|shared)\//.test(file))
  const found = files.flatMap((file) =>
    [...readFileSync(join(projectFolder, file), 'utf8').matchAll(declaration)].flatMap(([, name]) => name ?? []),
  )
  const stray = found.find((name) => !known.includes(name))
  if (stray !== undefined)
    throw new Error(`${app} has the table "${stray}", which no capability.ts names among its tables. Name it there.`)
  return [...new Set(found)].sort()
}

const modules = new Map<string, Promise<readonly string[]>>()

/** Paths in the project of what is left of the app once esbuild has taken out what nothing uses. Each app is bundled once in a process. */
export const modulesOf = (app: string): Promise<readonly string[]> => {
  const known = modules.get(app) ?? bundledModules(app)
  modules.set(app, known)
  return known
}

const bundledModules = async (app: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    stdin: { contents: entryOf(app), loader: 'ts', resolveDir: projectFolder, sourcefile: `${app}.entry.ts` },
    absWorkingDir: projectFolder,
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'warning',
  })
  const used = [...reachable(metafile.outputs)].flatMap((output) =>
    Object.entries(metafile.outputs[output]?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  )
  return [...new Set(used)].sort()
}

/** Of what is imported dynamically esbuild makes a file also where it has taken out the code that would import it. */
const reachable = (outputs: Metafile['outputs']): ReadonlySet<string> => {
  const waiting = Object.keys(outputs).filter((output) => outputs[output]?.entryPoint?.endsWith('.entry.ts'))
  const found = new Set(waiting)
  for (let output = waiting.pop(); output !== undefined; output = waiting.pop())
    for (const { path } of outputs[output]?.imports ?? [])
      if (path in outputs && !found.has(path)) {
        found.add(path)
        waiting.push(path)
      }
  if (found.size === 0) throw new Error('esbuild named no entry.')
  return found
}
