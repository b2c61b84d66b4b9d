// The installer with an npm of its own, which installs nothing but writes what npm leaves behind, and a record of its runs.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'))
  mkdirSync(join(folder, 'local'))
  for (const file of ['local/install.mjs', 'local/install-lock.mjs'])
    cpSync(join(import.meta.dirname, '../..', file), join(folder, file))
  writeLock('package-lock.json')
  writeFileSync(join(folder, 'program.mjs'), "console.log('args', ...process.argv.slice(2), typeof process.send)\n")
  npmThat('')
})
afterEach(() => rmSync(folder, { recursive: true }))

const wanted = (version = '1.0.0', node = process.versions.node) => ({
  '': { name: 'x' },
  'node_modules/a': { version, integrity: `sha512-${version}` },
  'node_modules/node': { version: node, integrity: 'sha512-node' },
  'node_modules/for-another-system': { version: '1.0.0', optional: true },
})

const writeLock = (file: string, packages: object = wanted()): void =>
  writeFileSync(join(folder, file), JSON.stringify({ packages }))

const npmThat = (also: string): void =>
  writeFileSync(
    join(folder, 'npm-cli.js'),
    `const fs = require('node:fs'), path = require('node:path')
fs.appendFileSync('runs.txt', process.argv.slice(2).filter((word) => !word.startsWith('-')).join(' ') + '\\n')
${also}
const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'))
delete packages['']
delete packages['node_modules/for-another-system']
fs.rmSync('node_modules', { recursive: true, force: true })
fs.mkdirSync('node_modules/node/bin', { recursive: true })
fs.symlinkSync(process.execPath, 'node_modules/node/bin/node')
fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }))
`,
  )

const runs = (): readonly string[] =>
  existsSync(join(folder, 'runs.txt')) ? readFileSync(join(folder, 'runs.txt'), 'utf8').trim().split('\n') : []

const begin = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['local/install.mjs', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], npm_execpath: join(folder, 'npm-cli.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const result = async (child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> => {
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}
const install = (...args: string[]) => result(begin(...args))

const appearance = async (file: string): Promise<void> => {
  const deadline = Date.now() + 8_000
  while (!existsSync(join(folder, file))) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for the file ${file}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the installer', () => {
  it('installs once, says so, and runs the program with what is left of the arguments', async () => {
    const first = await install('program.mjs', '--reset', 'x')
    expect(first).toMatchObject({ code: 0 })
    expect(first.output).toMatch(/^Installing dependencies \(not installed yet\)[^]*\nargs --reset x function\n$/)
    expect(await install('program.mjs')).toEqual({ code: 0, output: 'args function\n' })
    expect(runs()).toEqual(['ci'])
  })

  it('installs anew when a package, or Node.js itself, is not the one of package-lock.json', async () => {
    await install()
    writeLock('package-lock.json', wanted('1.0.1'))
    expect((await install()).output).toContain('node_modules/a is not 1.0.1')
    rmSync(join(folder, 'node_modules/node/bin/node'))
    symlinkSync('/nowhere', join(folder, 'node_modules/node/bin/node'))
    expect((await install()).output).toContain(`Node.js ${process.versions.node} does not run`)
    expect(await install()).toEqual({ code: 0, output: '' })
    expect(runs()).toEqual(['ci', 'ci', 'rebuild node'])
  })

  it('brings Node.js alone to whoever has run "npm ci"', async () => {
    await install()
    rmSync(join(folder, 'node_modules/node/bin/node'))
    expect((await install()).output).toMatch(/^Installing Node\.js \(Node\.js \S+ does not run\)\.\nInstalled in/)
    expect(runs()).toEqual(['ci', 'rebuild node'])
  })

  it('installs all anew where a script alone brings no Node.js', async () => {
    await install()
    rmSync(join(folder, 'node_modules/node'), { recursive: true })
    npmThat("if (process.argv[2] === 'rebuild') return")
    expect((await install()).output).toMatch(/^Installing Node\.js [^]*\nInstalling dependencies [^]*\nInstalled in/)
    expect(runs()).toEqual(['ci', 'rebuild node', 'ci'])
  })

  it('tells packages apart by their checksum, where the lock has one', async () => {
    await install()
    const { 'node_modules/a': a, ...others } = wanted()
    writeLock('package-lock.json', { ...others, 'node_modules/a': { ...a, integrity: 'sha512-other' } })
    expect((await install()).output).toContain('node_modules/a is not 1.0.0')
    writeLock('package-lock.json', { ...others, 'node_modules/a': { version: '1.0.0' } })
    expect(await install()).toEqual({ code: 0, output: '' })
  })

  it('installs anew when a package of the project is not linked', async () => {
    await install()
    const own = { 'packages/b': { version: '0.1.0' }, 'node_modules/b': { resolved: 'packages/b', link: true } }
    writeLock('package-lock.json', { ...wanted(), 'node_modules/b': own['node_modules/b'] })
    expect((await install()).output).toContain('node_modules/b is missing')
    writeLock('package-lock.json', { ...wanted(), ...own })
    expect((await install()).output).toContain('packages/b is missing')
    expect(await install()).toEqual({ code: 0, output: '' })
  })

  it('runs nothing when npm fails, says what to do, and tries again the next time', async () => {
    await install()
    writeLock('package-lock.json', wanted('1.0.1'))
    npmThat("console.error('no network'); process.exit(7)")
    const { code, output } = await install('program.mjs')
    expect(code).toBe(1)
    expect(output).toMatch(/no network\n"npm ci" failed with code 7; .*npm ping.*try again\.\n$/)
    writeLock('package-lock.json')
    npmThat('')
    await install()
    expect(runs()).toHaveLength(3)
  })

  it('runs the script that brings Node.js where npm runs no scripts', async () => {
    npmThat("if (process.argv[2] === 'ci') process.on('exit', () => fs.rmSync('node_modules/node/bin/node'))")
    expect(await install()).toMatchObject({ code: 0 })
    expect(runs()).toEqual(['ci', 'rebuild node'])
  })

  it('brings the older Node.js as well, and checks that it runs', async () => {
    writeLock('package-lock.json', {
      ...wanted(),
      'node_modules/node22': { version: process.versions.node, integrity: 'sha512-22' },
    })
    npmThat(`if (process.argv[2] === 'rebuild') process.on('exit', () => {
      fs.mkdirSync('node_modules/node22/bin', { recursive: true })
      fs.symlinkSync(process.execPath, 'node_modules/node22/bin/node')
    })`)
    expect(await install()).toMatchObject({ code: 0 })
    expect(runs()).toEqual(['ci', 'rebuild node node22'])
    rmSync(join(folder, 'node_modules/node22'), { recursive: true })
    expect((await install()).output).toContain(`Node.js ${process.versions.node} does not run`)
  })

  it('does not trust what an interrupted installation left', async () => {
    npmThat("setTimeout(() => {}, 60_000); fs.writeFileSync('started', ''); return")
    const child = begin('program.mjs')
    const ended = result(child)
    await appearance('started')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    expect((await ended).output).not.toContain('args')
    npmThat('')
    expect((await install()).output).toContain('not installed yet')
  })

  it('lets a second installation wait for the first, which does the work for both', async () => {
    npmThat('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)')
    const results = await Promise.all([install(), install()])
    expect(results.map(({ code }) => code)).toEqual([0, 0])
    expect(runs()).toEqual(['ci'])
  })

  it('stops the program when npm, which runs it, is killed', async () => {
    await install()
    writeFileSync(
      join(folder, 'program.mjs'),
      `import { writeFileSync } from 'node:fs'
process.on('SIGTERM', () => { writeFileSync('stopped', ''); process.exit(0) })
writeFileSync('started', '')
setInterval(() => {}, 1_000)`,
    )
    const npm = spawn(
      process.execPath,
      ['-e', "require('node:child_process').spawn(process.execPath, ['local/install.mjs', 'program.mjs'])"],
      { cwd: folder, env: { npm_lifecycle_event: 'start' }, stdio: 'ignore' },
    )
    await appearance('started')
    npm.kill('SIGKILL')
    await appearance('stopped')
  })

  it('ends with the code of the program', async () => {
    writeFileSync(join(folder, 'program.mjs'), 'process.exit(5)')
    expect((await install('program.mjs')).code).toBe(5)
  })
})

describe('the installer that runs from what it replaces', () => {
  const modules = () => join(folder, 'node_modules')
  const scriptGone =
    "if (process.argv[2] === 'ci') process.on('exit', () => fs.rmSync('node_modules/node', { recursive: true }))"

  /** npm as it is when somebody has it in the project, and the project's Node.js as a file of its own. */
  const installed = (): { readonly node: string; readonly npm: string } => {
    npmThat(scriptGone)
    const node = join(modules(), 'node/bin/node')
    mkdirSync(join(modules(), 'node/bin'), { recursive: true })
    cpSync(process.execPath, node)
    chmodSync(node, 0o755)
    const npm = join(modules(), 'npm/bin/npm-cli.js')
    mkdirSync(join(modules(), 'npm/bin'), { recursive: true })
    mkdirSync(join(modules(), 'npm/lib'))
    cpSync(join(folder, 'npm-cli.js'), join(modules(), 'npm/lib/cli.js'))
    writeFileSync(npm, "require('../lib/cli.js')")
    return { node, npm }
  }

  /** A program of the machine. */
  const outside = (name: string, text: string): string => {
    const place = join(folder, 'outside')
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    return place
  }
  const nodeOutside = () => outside('node', `echo "node outside" >> runs.txt\nexec "${process.execPath}" "$@"`)

  const startedWith = (node: string, env: Readonly<Record<string, string>>) =>
    result(spawn(node, ['local/install.mjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] }))

  it('runs npm with the Node.js of the machine when the one that runs it is the project’s', async () => {
    const { node } = installed()
    const env = { npm_execpath: join(folder, 'npm-cli.js'), npm_node_execpath: node }
    const PATH = [join(modules(), 'node/bin'), nodeOutside()].join(delimiter)
    expect(await startedWith(node, { ...env, PATH })).toMatchObject({ code: 0 })
    expect(runs()).toEqual(['node outside', 'ci', 'node outside', 'rebuild node'])
  })

  it('runs npm with a copy of the project’s Node.js when the machine has no other', async () => {
    const { node } = installed()
    const env = { npm_execpath: join(folder, 'npm-cli.js'), npm_node_execpath: node, PATH: dirname(node) }
    expect(await startedWith(node, env)).toMatchObject({ code: 0 })
    expect(runs()).toEqual(['ci', 'rebuild node'])
  })

  it('runs a copy of an npm that is in the project', async () => {
    const { node, npm } = installed()
    const PATH = [dirname(node), nodeOutside()].join(delimiter)
    expect(await startedWith(process.execPath, { npm_execpath: npm, PATH })).toMatchObject({ code: 0 })
    expect(runs()).toEqual(['ci', 'rebuild node'])
  })

  it('runs the npm of the machine rather than one of the project that comes first on the path', async () => {
    const { node, npm } = installed()
    mkdirSync(join(modules(), '.bin'))
    symlinkSync(npm, join(modules(), '.bin/npm'))
    chmodSync(npm, 0o755)
    const place = outside('npm', `echo "npm outside" >> runs.txt\nexec node "${join(folder, 'npm-cli.js')}" "$@"`)
    const PATH = [join(modules(), '.bin'), dirname(node), place, nodeOutside(), '/bin'].join(delimiter)
    expect(await startedWith(node, { PATH })).toMatchObject({ code: 0 })
    expect(runs()).toEqual(['npm outside', 'node outside', 'ci', 'npm outside', 'node outside', 'rebuild node'])
  })
})

describe('what is installed', () => {
  type Package = { readonly version: string; readonly integrity?: string }
  const root = join(import.meta.dirname, '../..')
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Package>>
  }

  const linkTo = (name: string): string => `node_modules/@theone/${name}`

  it('has a checksum, also what is for other systems', () => {
    const without = Object.entries(packages).filter(([, { integrity }]) => !integrity)
    // What is not downloaded: the project itself, its packages, and the links to them.
    const own = ['', ...readdirSync(join(root, 'packages')).flatMap((name) => [`packages/${name}`, linkTo(name)])]
    expect(without.map(([path]) => path).toSorted()).toEqual(own.toSorted())
  })

  it('runs no scripts of its own accord', () => {
    expect(readFileSync(join(root, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true')
  })

  it('is two versions of Node.js, of which the newer one runs everything', () => {
    expect(packages['node_modules/node']?.version).toBe(process.versions.node)
    expect(packages['node_modules/node22']?.version).toMatch(/^22\./)
    const found = spawnSync('node', ['--version'], {
      encoding: 'utf8',
      env: { PATH: join(root, 'node_modules/.bin') },
    })
    expect(found.stdout.trim()).toBe(process.version)
  })
})
