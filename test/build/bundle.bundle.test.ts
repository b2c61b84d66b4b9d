import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Child, startChild } from '@theone/local-process/child-process'
import { builtApps } from '../../build/apps.ts'
import { bundle } from '../../build/bundle.ts'
import { packageOf } from '../../build/module-origin.ts'
import { type Sizes, acceptCommand, budgetProblems } from '../../build/size-budget.ts'
import { all, functionApps } from '../../functions/apps/all.ts'
import { nodeMajorMin } from '../../functions/apps/node-version.ts'
import { projectFolder } from '../../local/parts.ts'
import { hostMain } from '../../packages/functions-host/test/conformance/base-url.ts'
import { type TestAzurite, startAzurite } from '../support/azurite.ts'
import { sampleSettings } from '../support/stack-setup.ts'
import { isLong } from '../support/thoroughness.ts'

const run = promisify(execFile)

/** Where all of them were made. */
const made = inject('bundles')
const mainOf = (app: string): string => join(made, app, 'main.mjs')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/**
 * Loads an entry as the Node worker of Azure Functions does (setupCoreModule.ts and startApp.ts of azure-functions-nodejs-worker),
 * and prints the names of what it registered. A file, since `node -e` makes `require` global, which hides what a module lacks.
 */
const worker = `
  const Module = require('node:module')
  const names = []
  let model
  const core = {
    version: '3.0.0', hostVersion: '4.0.0', log() {},
    registerFunction: ({ name }) => { names.push(name); return { dispose() {} } },
    registerHook: () => ({ dispose() {} }),
    setProgrammingModel: (given) => { model = given },
    getProgrammingModel: () => model,
  }
  const original = Module.prototype.require
  Module.prototype.require = function (id) {
    return id === '@azure/functions-core' ? core : original.apply(this, arguments)
  }
  import(require('node:url').pathToFileURL(process.argv[2]).href).then(() => console.log(JSON.stringify(names)))`

/** Which part of host.json a binding belongs to; timers have none. */
const extensionOf: Readonly<Record<string, string>> = {
  httpTrigger: 'http',
  serviceBusTrigger: 'serviceBus',
  orchestrationTrigger: 'durableTask',
  activityTrigger: 'durableTask',
  durableClient: 'durableTask',
}

/** Their own source maps name modules of their authors instead. They are in every bundle. */
const withOwnMaps = ['@azure/functions', '@azure/functions-extensions-base']

/** From the source maps, which esbuild makes from what it has written. */
const packagesIn = (maps: string): readonly string[] =>
  [
    ...new Set(
      globSync('**/*.map', { cwd: maps })
        .flatMap((file) => (JSON.parse(readFileSync(join(maps, file), 'utf8')) as { sources: string[] }).sources)
        .flatMap((source) => packageOf(source)?.name ?? []),
    ),
  ].toSorted()

/** What .funcignore leaves, whose patterns are those of git: azd and the Functions tools read it. */
const deployedFrom = (app: string): readonly string[] => {
  const repository = join(mkdtempSync(join(folder, 'git-')), '.git')
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['--git-dir', repository, '--work-tree', app, ...args], { cwd: app, encoding: 'utf8' })
  git('init', '--quiet')
  return git('ls-files', '--others', '--exclude-from', join(app, '.funcignore')).trim().split('\n').toSorted()
}

let azurite: TestAzurite | undefined
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(async () => azurite?.stop())

describe.each(builtApps)('the bundle of $name', ({ name, definitions }) => {
  const names = definitions.map((definition) => definition.name).sort()
  let child: Child

  beforeAll(async () => {
    child = await startChild({
      name,
      file: hostMain,
      args: ['--entry', mainOf(name), '--host-json', join(made, name, 'host.json'), '--state', folder, '--port', '0'],
      env: { ...sampleSettings(), AzureWebJobsStorage: azurite?.connectionString ?? '' },
    })
  })
  afterAll(async () => child?.stop())

  const ask = async (path: string): Promise<unknown> => (await fetch(`${child.urls['functions']}${path}`)).json()

  it('runs in the local host with exactly the functions of the app, and is alive', async () => {
    const hosted = (await ask('/admin/functions')) as { name: string }[]
    expect(hosted.map((fn) => fn.name).sort()).toEqual(names)
    for (const definition of definitions)
      if (definition.kind === 'http' && definition.route.endsWith('/health/live'))
        expect(await ask(`/api/${definition.route}`)).toEqual({ status: 'live' })
  })

  it('has a host.json with just the extensions that its functions are bound to', async () => {
    const hosted = (await ask('/admin/functions')) as { config: { bindings: { type: string }[] } }[]
    const bound = new Set(
      hosted.flatMap(({ config }) => config.bindings.flatMap(({ type }) => extensionOf[type] ?? [])),
    )
    const { extensions } = JSON.parse(readFileSync(join(made, name, 'host.json'), 'utf8')) as { extensions: object }
    expect(Object.keys(extensions).sort()).toEqual([...bound].sort())
  })

  it('has the licence of each package that is in it, and of no other', () => {
    const notices = readFileSync(join(made, name, 'THIRD-PARTY-NOTICES'), 'utf8')
    const named = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(\S+\)$/gm)].map(([, title]) => title ?? '')
    expect([...new Set(named)].toSorted()).toEqual(
      [...packagesIn(join(made, 'source-maps', name)), ...withOwnMaps].toSorted(),
    )
  })

  it('finds the host as the Azure worker supplies it', async () => {
    const file = join(folder, 'worker.cjs')
    writeFileSync(file, worker)
    const { stdout, stderr } = await run(process.execPath, [file, mainOf(name)], {
      env: { ...process.env, ...sampleSettings() },
    })
    expect((JSON.parse(stdout) as string[]).sort()).toEqual(names)
    expect(stderr).not.toContain('app.node.too_old')
  })

  // The start of all apps is one module.
  const isFirst = name === builtApps[0]?.name
  if (isLong || isFirst)
    it('says on a Node.js that is too old what is wrong, in a line that the host takes for an error', async () => {
      const file = join(folder, 'old-worker.cjs')
      writeFileSync(
        file,
        `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.5' } })\n${worker}`,
      )
      const { stderr } = await run(process.execPath, [file, mainOf(name)], {
        env: { ...process.env, ...sampleSettings() },
      })
      const line = stderr.split('\n').find((text) => text.includes('app.node.too_old'))
      expect(JSON.parse(line ?? '{}')).toMatchObject({
        level: 'error',
        app: name,
        version: '20.19.5',
        advice: expect.stringContaining(`${nodeMajorMin} is the oldest that works`) as string,
      })
    })

  it('is named by a package.json of its own, which asks for nothing to be installed, and for Node.js 22', () => {
    const manifest = JSON.parse(readFileSync(join(made, name, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(manifest).toEqual({
      name,
      private: true,
      type: 'module',
      main: 'main.mjs',
      engines: { node: `>=${nodeMajorMin}` },
    })
  })

  it('is deployed with what Azure needs to start it, and with nothing else', () => {
    const code = /^(?:main|chunks\/[\w.-]+-[A-Z0-9]{8})\.mjs(?:\.LEGAL\.txt)?$/
    const others = deployedFrom(join(made, name)).filter((file) => !code.test(file))
    expect(deployedFrom(join(made, name))).toContain('main.mjs')
    expect(others).toEqual(['THIRD-PARTY-NOTICES', 'host.json', 'package.json'])
  })

  it('holds no source maps: they are beside it, one for each file', () => {
    const files = (pattern: string, cwd: string): string[] => globSync(pattern, { cwd }).sort()
    expect(files('**/*.map', join(made, name))).toEqual([])
    expect(files('**/*.map', join(made, 'source-maps', name))).toEqual(
      files('**/*.mjs', join(made, name)).map((file) => `${file}.map`),
    )
  })
})

describe('the sizes of the apps', () => {
  it(`keep to the budget, or were accepted (${acceptCommand})`, () => {
    const budget = JSON.parse(readFileSync(join(projectFolder, 'build/size-budget.json'), 'utf8')) as Sizes
    expect(budgetProblems(inject('bundleSizes'), budget)).toEqual([])
  })
})

describe('a second build of the same sources', () => {
  // Each app is made in the same way: the smallest stands for all of them, which a long run makes again.
  const apps = builtApps.filter(({ name }) => isLong || name === 'theonehub-background')
  let again: string
  let ended: { readonly code: number; readonly stderr: string }

  // Elsewhere, at another depth, with a clock, a language and a folder of its own; and with a budget that is much too small.
  beforeAll(async () => {
    again = mkdtempSync(join(folder, 'again-'))
    const size = { kilobytes: 100, parts: { zod: 1 } }
    const budget = Object.fromEntries(functionApps.map(({ name }) => [name, { atStart: size, whole: size }]))
    const only = apps.flatMap(({ name }) => ['--app', name])
    writeFileSync(join(folder, 'budget.json'), JSON.stringify(budget))
    const args = [
      join(projectFolder, 'build/main.ts'),
      '--out',
      again,
      '--budget',
      join(folder, 'budget.json'),
      ...only,
    ]
    ended = await run(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' },
    }).then(
      ({ stderr }) => ({ code: 0, stderr }),
      (error: unknown) => error as { code: number; stderr: string },
    )
  }, 400_000)

  const bytesIn = (built: string): readonly (readonly [file: string, hash: string])[] =>
    apps
      .flatMap(({ name }) => [join(built, name), join(built, 'source-maps', name)])
      .flatMap((cwd) => globSync('**/*', { cwd, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(built, file), createHash('sha256').update(readFileSync(file)).digest('hex')] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))

  it('has the same bytes, source maps too', () => {
    expect(bytesIn(again).length).toBeGreaterThan(apps.length * 10)
    expect(bytesIn(again)).toEqual(bytesIn(made))
  })

  it('names no place on the machine', () => {
    const telling = globSync('**/*', { cwd: again, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, 'utf8').includes(projectFolder))
    expect(telling).toEqual([])
  })

  it('fails when an app is more than a tenth over its budget, and says what has grown and how to accept it', () => {
    expect(ended.code).toBe(1)
    const deployed = apps.filter(({ name }) => name !== all.name)
    expect(deployed.length).toBeGreaterThan(0)
    for (const { name } of deployed)
      expect(ended.stderr).toMatch(new RegExp(`^${name} as a whole is \\d+ KB, .*What has grown: \\S+ by \\d+ KB`, 'm'))
    expect(ended.stderr).toContain('npm run build -- --accept-sizes')
  })
})

describe('making a bundle', () => {
  it('is refused when a CommonJS module is imported lazily: the bundle would find none of its names', async () => {
    const lazy = bundle({
      name: 'lazy',
      entry: "export const load = () => import('durable-functions')",
      folder: join(folder, 'lazy'),
    })
    await expect(lazy).rejects.toThrow("lazy.entry.ts: import('durable-functions')")
  })

  it('asks for the Node.js that package.json asks for', () => {
    const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { engines: object }
    expect(manifest.engines).toEqual({ node: `>=${nodeMajorMin}` })
  })
})

const modulesOf = (app: string): readonly string[] => {
  const modules = inject('modulesAtStart')[app]
  if (!modules) throw new Error(`There is no bundle of ${app}.`)
  return modules
}

describe('what a bundle loads at start', () => {
  const whole = modulesOf(all.name)
  const packages = [...new Set(whole.flatMap((module) => packageOf(module)?.name ?? []))]

  it('is not one SDK: each is loaded by the first call that needs it', () => {
    const library = ['@azure/functions', '@azure/functions-extensions-base', 'cookie']
    const atStart = new Set([...library, 'lru-cache', 'rate-limiter-flexible', 'zod'])
    expect(packages.filter((name) => !atStart.has(name))).toEqual([])
  })

  it('is no contract and no table: their schemas take long to build and are loaded by the first call that needs them', () => {
    const own = whole.filter((path) => /^(?:functions|shared)\//.test(path))
    const building = own.filter((path) => readFileSync(join(projectFolder, path), 'utf8').includes('import * as z '))
    expect(building.toSorted()).toEqual([
      'functions/apps/start.ts',
      'functions/platform/health-endpoints.ts',
      'shared/config/model-settings.ts',
      'shared/config/settings.ts',
      'shared/store/cursor.ts',
      'shared/triggers/http.ts',
    ])
  })

  it.each([
    { app: 'theonecode-api', others: /\/(?:timers|commands|subscriber)\.ts$/ },
    { app: 'theonecode-background', others: /\/endpoints\.ts$/ },
  ])('is its own half of each capability in $app', ({ app, others }) => {
    const ofCapabilities = modulesOf(app).filter((path) => /^functions\/(?:ai|code|governance|hub)\//.test(path))
    expect(ofCapabilities.length).toBeGreaterThan(5)
    expect(ofCapabilities.filter((path) => others.test(path))).toEqual([])
  })

  it('is no more of a package than is used (import * as z from "zod", limiters by path)', () => {
    const languages = whole.filter((path) => path.includes('zod/v4/locales/'))
    expect(languages.map((path) => path.split('/').pop())).toEqual(['en.js'])
    const limiters = whole.filter((path) => /rate-limiter-flexible\/lib\/RateLimiter\w+\.js$/.test(path))
    expect(limiters.filter((path) => !/(?:Abstract|Memory|Res)\.js$/.test(path))).toEqual([])
  })
})
