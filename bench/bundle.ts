// Bundles one Function App with esbuild: what it always needs in main.mjs, what only some calls need in chunks beside it.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Metafile, build } from 'esbuild'
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

/** @throws what esbuild says when a module or an export is missing */
export const bundle = async ({ name, entry, folder }: Options): Promise<Bundle> => {
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
    target: 'node24',
    // Their modules rather than their CommonJS: only those can be shaken.
    mainFields: ['module', 'main'],
    // The worker of Azure Functions supplies it; no registry has it.
    external: ['@azure/functions-core'],
    banner: { js: requireInModules },
    minifySyntax: true,
    // Not the names: they are what makes a stack trace readable without the source map.
    minifyWhitespace: true,
    sourcemap: 'external',
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
  })
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, private: true, type: 'module', main: 'main.mjs' }, undefined, 2)}\n`,
  )
  cpSync(join(projectFolder, 'host.json'), join(folder, 'host.json'))
  return describe(metafile, join(folder, 'main.mjs'))
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
