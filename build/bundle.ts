// Bundles one Function App with esbuild: what it always needs in main.mjs, what only some calls need in chunks beside it.
import { cpSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Metafile, build } from 'esbuild'
import { nodeMajorMin } from '../functions/apps/node-version.ts'
import { projectFolder } from '../local/parts.ts'

export type Bundle = {
  /** Path of the file that the Functions host loads. */
  readonly main: string
  readonly bytes: number
  /** Bytes that are read before the first call, and the packages and own modules (paths in the project) that they came from. */
  readonly atStart: {
    readonly bytes: number
    readonly packages: readonly string[]
    readonly modules: readonly string[]
  }
}

type Options = {
  readonly name: string
  /** The source of the entry, with imports relative to the project's folder. */
  readonly entry: string
  /** Emptied first. It holds all that is deployed afterwards, package.json and host.json with it. */
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
  const { metafile } = await build({
    stdin: { contents: entry, loader: 'ts', resolveDir: projectFolder, sourcefile: `${name}.entry.ts` },
    absWorkingDir: projectFolder,
    outdir: folder,
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
  if (maps !== undefined) moveMaps(folder, maps)
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, private: true, type: 'module', main: 'main.mjs', engines: { node: `>=${nodeMajorMin}` } }, undefined, 2)}\n`,
  )
  cpSync(join(projectFolder, 'host.json'), join(folder, 'host.json'))
  return describe(metafile, join(folder, 'main.mjs'))
}

const moveMaps = (folder: string, maps: string): void => {
  rmSync(maps, { recursive: true, force: true })
  for (const file of globSync('**/*.map', { cwd: folder })) {
    mkdirSync(dirname(join(maps, file)), { recursive: true })
    renameSync(join(folder, file), join(maps, file))
  }
}

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

const describe = ({ outputs }: Metafile, main: string): Bundle => {
  const code = Object.entries(outputs).filter(([file]) => file.endsWith('.mjs'))
  const atStart = importedStatically(outputs, relative(projectFolder, main).replaceAll('\\', '/'))
  const inputs = [...atStart].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}))
  const bytesOf = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0)
  return {
    main,
    bytes: bytesOf(code.map(([file]) => file)),
    atStart: {
      bytes: bytesOf(atStart),
      packages: [...new Set(inputs.flatMap((input) => packageOf(input) ?? []))].sort(),
      modules: inputs.sort(),
    },
  }
}

const packageOf = (input: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]

/** The output files that Node reads before it runs the first line of this one. */
const importedStatically = (outputs: Metafile['outputs'], file: string, found = new Set<string>()): Set<string> => {
  if (found.has(file)) return found
  found.add(file)
  for (const { kind, path } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && path in outputs) importedStatically(outputs, path, found)
  return found
}
