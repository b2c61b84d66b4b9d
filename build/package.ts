// Process entry: node build/package.ts <name> [--out packages/<name>/dist]
// Makes of a package what is published: JavaScript with its types, README, and a package.json that names them. Node.js strips types
// from the sources of the project, but never from what is installed.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { projectFolder } from '../local/parts.ts'
import { UsageError, runCommand } from '../shared/command-line.ts'

type Manifest = {
  readonly name: string
  readonly version: string
  /** Paths of TypeScript below `src`. */
  readonly exports: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly [other: string]: unknown
}

const installed = join(projectFolder, 'node_modules')

const usage = `Usage: node build/package.ts <name> [--out <folder>]

  <name>   A folder of packages/.
  --out    Default: packages/<name>/dist.`

const main = (names: readonly string[], outFolder: string | undefined): void => {
  const [name = '', ...more] = names
  const folder = join(projectFolder, 'packages', name)
  if (name === '' || more.length > 0 || !existsSync(join(folder, 'package.json')))
    throw new UsageError(`"${names.join(' ')}" is not the name of a folder in packages.`)
  const out = resolve(outFolder ?? join(folder, 'dist'))
  rmSync(out, { recursive: true, force: true })
  compile(join(folder, 'src'), out)
  cpSync(join(folder, 'README.md'), join(out, 'README.md'))
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(published(manifest), undefined, 2)}\n`)
  console.log(`${manifest.name} ${manifest.version}: ${out}`)
}

const compile = (source: string, out: string): void => {
  const temporary = mkdtempSync(join(tmpdir(), 'package-'))
  const config = {
    extends: join(projectFolder, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: source,
      outDir: out,
      typeRoots: [join(installed, '@types')],
    },
    include: [source],
    exclude: [],
  }
  try {
    writeFileSync(join(temporary, 'tsconfig.json'), JSON.stringify(config))
    const { status, stdout, error } = spawnSync(
      process.execPath,
      [join(installed, 'typescript/bin/tsc'), '--project', temporary],
      { encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`${source} could not be compiled.\n${stdout}`, { cause: error })
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Without what only the project needs, and with the paths of what was compiled. */
const published = ({ private: _private, scripts: _scripts, devDependencies: _dev, ...manifest }: Manifest): object => ({
  ...manifest,
  files: ['**/*.js', '**/*.d.ts'],
  exports: mapped(manifest.exports, (path) => ({ types: compiled(path, '.d.ts'), default: compiled(path, '.js') })),
  ...(manifest.bin && { bin: mapped(manifest.bin, (path) => compiled(path, '.js')) }),
})

const mapped = <T>(paths: Readonly<Record<string, string>>, target: (path: string) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(paths).map(([key, path]) => [key, target(path)]))

const compiled = (path: string, extension: string): string => path.replace(/^\.\/src\/(.*)\.ts$/, `./$1${extension}`)

await runCommand({ usage, options: { out: { type: 'string' } }, takesNames: true }, ({ names, values }) => {
  main(names, values.out)
  return true
})
