// Bundles one Function App with esbuild: what it always needs in main.mjs, what only some calls need in chunks beside it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { type Metafile, build } from 'esbuild'
import { nodeMajorMin } from '../functions/apps/node-version.ts'
import { projectFolder } from '../local/parts.ts'

/** What some files of a bundle hold. */
export type Content = {
  readonly bytes: number
  /** Bytes that came from each module, by its path in the project. */
  readonly modules: Readonly<Record<string, number>>
}

export type Bundle = {
  /** Path of the file that the Functions host loads. */
  readonly main: string
  readonly whole: Content
  /** The files that are read before the first call. */
  readonly atStart: Content
}

type Options = {
  readonly name: string
  /** The source of the entry, with imports relative to the project's folder. */
  readonly entry: string
  /** Emptied first. Gets `main.mjs` and its chunks. */
  readonly folder: string
  /** Emptied first. Gets the source maps, which are three times as large as the code and read by people only; without it none are made. */
  readonly maps?: string
}

/** The entry of a Function App: `functions/apps/<name>.ts` exports it under its name in camel case. */
export const entryOf = (name: string): string => {
  const exported = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return `import { ${exported} } from './functions/apps/${name}.ts'
    import { start } from './functions/apps/start.ts'
    start(${exported})`
}

/**
 * CommonJS packages call `require`, which a module does not have. Without this, `@azure/functions` does not find the host either
 * (https://github.com/Azure/azure-functions-nodejs-library/issues/201) and registers nothing.
 */
const requireInModules = `import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)`

/**
 * @throws what esbuild says when a module or an export is missing; an error that names each `import()` of a CommonJS module, whose
 * names would be undefined in the bundle
 */
export const bundle = async ({ name, entry, folder, maps }: Options): Promise<Bundle> => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // Where it seems to be built: the names of chunks follow from their places, and must be the same wherever it is built.
  const place = join(projectFolder, 'dist', name)
  const { metafile, outputFiles } = await build({
    stdin: { contents: entry, loader: 'ts', resolveDir: projectFolder, sourcefile: `${name}.entry.ts` },
    absWorkingDir: projectFolder,
    outdir: place,
    write: false,
    entryNames: 'main',
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // The oldest that the app runs on.
    target: `node${nodeMajorMin}`,
    // Their modules rather than their CommonJS: only those can be shaken.
    mainFields: ['module', 'main'],
    // The worker of Azure Functions supplies it; no registry has it.
    external: ['@azure/functions-core'],
    banner: { js: requireInModules },
    minifySyntax: true,
    // Not the names: they are what makes a stack trace readable without the source map.
    minifyWhitespace: true,
    sourcemap: maps === undefined ? false : 'external',
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
  })
  refuseLazyCommonJs(metafile)
  if (maps !== undefined) rmSync(maps, { recursive: true, force: true })
  for (const { path, contents } of outputFiles) {
    const isMap = path.endsWith('.map')
    const file = join(isMap ? (maps ?? folder) : folder, relative(place, path))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, isMap ? withPathsInProject(contents, dirname(path)) : contents)
  }
  return { main: join(folder, 'main.mjs'), ...describe(metafile, inProject(join(place, 'main.mjs'))) }
}

/** A source map that names the sources by their paths in the project: they must not tell where it was built. */
const withPathsInProject = (contents: Uint8Array, folder: string): string => {
  const map = JSON.parse(Buffer.from(contents).toString('utf8')) as { readonly sources: readonly string[] }
  const sources = map.sources.map((source) => (isUrl(source) ? source : inProject(resolve(folder, source))))
  return JSON.stringify({ ...map, sources })
}

/** The source maps of packages that were bundled before call their sources `webpack:/…`. */
const isUrl = (source: string): boolean => /^[\w+-]{2,}:\//.test(source)

const inProject = (path: string): string => relative(projectFolder, path).replaceAll('\\', '/')

/** Node finds the names in a CommonJS module that it imports; the chunk that esbuild makes of one has a default export only. */
const refuseLazyCommonJs = ({ inputs }: Metafile): void => {
  const found = Object.entries(inputs).flatMap(([importer, { imports }]) =>
    imports
      .filter(({ kind, path }) => kind === 'dynamic-import' && inputs[path]?.format === 'cjs')
      .map(({ path, original }) => `${importer}: import('${original ?? path}')`),
  )
  if (found.length > 0)
    throw new Error(
      `These modules are CommonJS, so that import() gives a bundle none of their names. Export what is needed from a module of the project, and import that one lazily.\n${found.join('\n')}`,
    )
}

const describe = ({ outputs }: Metafile, main: string): Omit<Bundle, 'main'> => ({
  whole: contentOf(
    outputs,
    Object.keys(outputs).filter((file) => file.endsWith('.mjs')),
  ),
  atStart: contentOf(outputs, [...importedStatically(outputs, main)]),
})

const contentOf = (outputs: Metafile['outputs'], files: readonly string[]): Content => {
  const modules: Record<string, number> = {}
  for (const file of files)
    for (const [module, { bytesInOutput }] of Object.entries(outputs[file]?.inputs ?? {}))
      modules[module] = (modules[module] ?? 0) + bytesInOutput
  return { bytes: files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0), modules }
}

/** The output files that Node reads before it runs the first line of this one. */
const importedStatically = (outputs: Metafile['outputs'], file: string, found = new Set<string>()): Set<string> => {
  if (found.has(file)) return found
  found.add(file)
  for (const { kind, path } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && path in outputs) importedStatically(outputs, path, found)
  return found
}
