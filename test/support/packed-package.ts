// A package as somebody has it who installed it: packed by npm from what the build makes, in a folder outside of the project.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { projectFolder } from '../../local/parts.ts'

const execute = promisify(execFile)
const scope = '@theone'
const modules = join(projectFolder, 'node_modules')

type Manifest = {
  readonly name: string
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

export type Installation = {
  /** Holds `node_modules`, and the files that a test writes. */
  readonly folder: string
  /** Gives the path of the file. */
  readonly write: (file: string, text: string) => string
  /** The path of a program of a package. */
  readonly program: (name: string) => string
  /** Runs a JavaScript file that was written. Gives its output. */
  readonly run: (file: string) => Promise<string>
  /** What the TypeScript compiler says about a file that was written, using the types of the packages; '' when all is well. */
  readonly typeErrors: (file: string) => Promise<string>
  readonly remove: () => void
}

/** A Node.js of the project: `node`, or `node22`, the oldest that is supported. */
export const nodeProgram = (name: string): string => join(modules, name, 'bin/node')

/**
 * Installs packages of the project. What they depend on is linked from the project, so that nothing is downloaded; what they do not
 * declare is not to be found.
 * @param others what the user of the packages has installed beside them
 */
export const installPacked = async (names: readonly string[], others: readonly string[]): Promise<Installation> => {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'))
  try {
    const manifests = await Promise.all(names.map((name) => install(name, folder)))
    const declared = manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies))
    for (const name of new Set([...declared, ...others])) if (!name.startsWith(`${scope}/`)) link(name, folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
    return installationIn(folder, manifests)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

const install = async (name: string, folder: string): Promise<Manifest> => {
  const built = join(folder, 'built', name)
  await execute(process.execPath, [join(projectFolder, 'build/package.ts'), name, '--out', built])
  const { stdout } = await execute('npm', ['pack', built, '--json', '--pack-destination', folder], {
    shell: process.platform === 'win32',
  })
  const [{ filename }] = JSON.parse(stdout) as readonly [{ readonly filename: string }]
  const target = join(folder, 'node_modules', scope, name)
  mkdirSync(target, { recursive: true })
  await execute('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', target])
  rmSync(built, { recursive: true })
  return JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as Manifest
}

const link = (name: string, folder: string): void => {
  const place = join(folder, 'node_modules', name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(modules, name), place, 'junction')
}

const installationIn = (folder: string, manifests: readonly Manifest[]): Installation => {
  const write = (file: string, text: string): string => {
    writeFileSync(join(folder, file), text)
    return join(folder, file)
  }
  const run = async (file: string): Promise<string> =>
    (await execute(process.execPath, [file], { cwd: folder, timeout: 30_000 })).stdout
  return {
    folder,
    write,
    run,
    program: (name) => {
      const [path] = manifests.flatMap(({ name: owner, bin }) => (bin?.[name] ? [join(owner, bin[name])] : []))
      if (path === undefined) throw new Error(`None of ${manifests.map((one) => one.name).join(', ')} has ${name}.`)
      return join(folder, 'node_modules', path)
    },
    typeErrors: async (file) => {
      const compilerOptions = {
        target: 'es2024',
        module: 'nodenext',
        strict: true,
        noEmit: true,
        types: ['node'],
        // The types of Node.js and of the SDKs are not ours to check, and take longer than all the rest.
        skipLibCheck: true,
      }
      write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }))
      return execute(process.execPath, [join(modules, 'typescript/bin/tsc')], { cwd: folder }).then(
        ({ stdout }) => stdout,
        ({ stdout }: { readonly stdout: string }) => stdout,
      )
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
