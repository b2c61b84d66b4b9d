// Installs what is missing, then runs a program of the project with the Node.js version that the project is pinned to:
//   node local/install.mjs [<file> [arguments]]
// Plain JavaScript without dependencies: this is what runs first, on whatever Node.js (20 or newer) the machine has. What package.json
// asks for under `engines` is for the functions; npm only mentions it.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockOf } from './install-lock.mjs'

const folder = fileURLToPath(new URL('..', import.meta.url))
const modules = join(folder, 'node_modules')
/** npm writes it last: what is installed, in the form of a package-lock.json. */
const installedFile = join(modules, '.package-lock.json')
/** The packages that bring a Node.js: the one that everything runs with, and the oldest that the functions are tried with. */
const nodePackages = ['node', 'node22']
const nodeProgramOf = (name) => join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The process that runs for us now, and the signal that ends us. */
const state = { running: undefined, interruptedBy: undefined }

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Why node_modules does not fit package-lock.json, or nothing if it does. */
const misfit = () => packagesMisfit() ?? nodeMisfit()

const packagesMisfit = () => {
  const wanted = read(join(folder, 'package-lock.json'))
  if (!wanted) throw new Error('package-lock.json is missing or cannot be read. Restore it from the repository.')
  const installed = read(installedFile)
  if (!installed) return 'not installed yet'
  for (const [path, { version, integrity, optional }] of Object.entries(wanted)) {
    if (path === '') continue
    const found = installed[path]
    // Optional packages are mostly programs for other systems.
    if (!found && optional) continue
    // The link to a package of the project has no version.
    if (!found) return `${path} is missing`
    // A package for a system that the lock was not made on may have been written into it without a checksum.
    if (found.version !== version || (integrity && found.integrity !== integrity)) return `${path} is not ${version}`
  }
  return undefined
}

const versionOf = (program) =>
  existsSync(program) ? spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim() : undefined

const nodeMisfit = () => {
  const wanted = read(join(folder, 'package-lock.json'))
  for (const name of nodePackages) {
    const version = wanted[`node_modules/${name}`]?.version
    if (version !== undefined && versionOf(nodeProgramOf(name)) !== `v${version}`)
      return `Node.js ${version} does not run`
  }
  return undefined
}

/** Resolves with the exit code, as a shell gives it. */
const run = (command, args, options) =>
  new Promise((done, fail) => {
    state.running = spawn(command, args, { cwd: folder, ...options })
    state.running.once('error', fail)
    state.running.once('exit', (code, signal) => {
      state.running = undefined
      done(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })

const real = (file) => (existsSync(file) ? realpathSync(file) : resolve(file))

const isBelow = (file, top) => {
  const way = relative(top, file)
  return !isAbsolute(way) && way.split(sep)[0] !== '..'
}

/** Whether npm is about to delete it, or the link through which it is found. */
const isInModules = (file) => isBelow(resolve(file), modules) || isBelow(real(file), real(modules))

const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'

/** Where the machine looks for programs, without what the project has installed. */
const outsidePath = () =>
  (process.env[pathName] ?? '').split(delimiter).filter((place) => place !== '' && !isInModules(place))

const findOutside = (name) => {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  return outsidePath()
    .map((place) => join(place, file))
    .find((candidate) => existsSync(candidate) && !isInModules(candidate))
}

/** A Node.js to run npm with: that of the machine, else a copy of the one that runs this. */
const nodeForNpm = (copies) => {
  const given = [process.env.npm_node_execpath, process.execPath].find((file) => file && !isInModules(file))
  const found = given ?? findOutside('node')
  if (found) return found
  const copy = join(copies, basename(process.execPath))
  copyFileSync(process.execPath, copy)
  return copy
}

/** npm's own program, be it a copy; undefined when nobody has told where it is. */
const npmFile = (copies) => {
  const file = process.env.npm_execpath
  if (!file || basename(file) !== 'npm-cli.js') return undefined
  if (!isInModules(file)) return file
  // npm has all that it needs in its own folder.
  cpSync(dirname(dirname(real(file))), join(copies, 'npm'), { recursive: true })
  return join(copies, 'npm/bin', basename(file))
}

/** Whatever runs npm: npm deletes everything in node_modules, so nothing of it may run from there. */
const npmProgram = (copies) => {
  const node = nodeForNpm(copies)
  const file = npmFile(copies)
  const env = { ...process.env, [pathName]: [dirname(node), ...outsidePath()].join(delimiter) }
  const options = { stdio: ['ignore', 'inherit', 'inherit'], env }
  return file
    ? (args) => run(node, [file, ...args], options)
    : (args) => run('npm', args, { ...options, shell: process.platform === 'win32' })
}

const install = async (reason) => {
  const copies = mkdtempSync(join(tmpdir(), 'npm-for-ci-'))
  try {
    await installWith(npmProgram(copies), reason)
  } finally {
    rmSync(copies, { recursive: true, force: true })
  }
}

const installWith = async (npm, reason) => {
  const begun = Date.now()
  // Whoever has run "npm ci" has all packages, and no Node.js.
  if (packagesMisfit() === undefined) {
    console.log(`Installing Node.js (${reason}).`)
    await bringNode(npm)
  }
  if (misfit() && !state.interruptedBy) {
    console.log(`Installing dependencies (${reason}). This takes about a minute.`)
    await installPackages(npm)
    if (!state.interruptedBy) await bringNode(npm)
  }
  if (state.interruptedBy) return
  const left = misfit()
  if (left) throw new Error(`"npm ci" has run, but ${left}. Delete node_modules and try again.`)
  console.log(`Installed in ${Math.round((Date.now() - begun) / 1000)} s.\n`)
}

/** npm runs no install scripts here (.npmrc): the only one that is needed brings Node.js, and is run by name. */
const bringNode = async (npm) => {
  const wanted = read(join(folder, 'package-lock.json'))
  const names = nodePackages.filter((name) => wanted[`node_modules/${name}`])
  if (nodeMisfit()) await npm(['rebuild', ...names, '--ignore-scripts=false', '--loglevel=error'])
}

const installPackages = async (npm) => {
  // Until npm has written it anew, an installation that is broken off counts as none.
  rmSync(installedFile, { force: true })
  const code = await npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0 && !state.interruptedBy)
    throw new Error(
      `"npm ci" failed with code ${code}; its own words are above. Check that the npm registry can be reached ("npm ping"), stop programs that use this folder, delete node_modules, and try again.`,
    )
}

const installIfNeeded = async () => {
  if (!misfit()) return
  const lock = lockOf(folder)
  if (!(await lock.take(() => state.interruptedBy))) return
  try {
    const reason = misfit()
    if (reason) await install(reason)
  } finally {
    lock.release()
  }
}

const stop = (signal) => {
  state.interruptedBy ??= signal
  state.running?.kill(signal)
}

/** The parent of a process, where the system tells it in a file. */
const parentOf = (pid) => {
  const file = `/proc/${pid}/stat`
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .replace(/^.*\) \S+ /s, '')
        .split(' ', 1)[0]
    : undefined
}

/** npm runs a shell that runs this, and neither takes along what it has started when it is ended the hard way. */
const watchNpm = () => {
  const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`
  const atStart = ancestors()
  const watch = () => {
    if (ancestors() !== atStart) stop('SIGTERM')
  }
  if (process.env.npm_lifecycle_event) setInterval(watch, 1_000).unref()
}

const main = async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
  watchNpm()
  await installIfNeeded()
  if (state.interruptedBy) return 128 + constants.signals[state.interruptedBy]
  const [file, ...args] = process.argv.slice(2)
  if (file === undefined) return 0
  // Over the fourth stream the program notices when this process is gone.
  return run(nodeProgramOf('node'), [resolve(folder, file), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // From the second start on, a program neither compiles its own files again nor keeps the compiler of TypeScript in memory.
    env: { NODE_COMPILE_CACHE: join(modules, '.cache/node-compile'), ...process.env },
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
