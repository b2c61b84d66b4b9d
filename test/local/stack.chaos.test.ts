// The stack as tests and `npm start` use it, with a small app in the place of the functions.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readLocalSettings } from '../../local/local-settings.ts'
import { anyPorts } from '../../local/ports.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'

const project = join(import.meta.dirname, '../..')
const app = `import { app } from '@azure/functions'
app.http('show', { route: 'show/{name}', handler: async ({ params }) => ({ jsonBody: process.env[params.name] ?? null }) })
`

const folderWithApp = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'))
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'app.ts'), app)
  return folder
}

const startIn = (folder: string, changes: Partial<StackOptions>): Promise<Stack> =>
  startStack({
    settings: readLocalSettings(project, {}).settings,
    ports: anyPorts,
    dataFolder: join(folder, 'data'),
    entry: join(folder, 'app.ts'),
    seed: async () => ({ integrationKey: 'the-key' }),
    ...changes,
  })

const settingOf = async ({ urls }: Stack, name: string): Promise<unknown> =>
  (await fetch(`${urls.functions}/api/show/${name}`)).json()

describe('a stack', () => {
  const steps: string[] = []
  const seeded: unknown[] = []
  const folder = folderWithApp()
  let stack: Stack
  let settingOfHost: unknown
  beforeAll(async () => {
    stack = await startIn(folder, {
      overrides: { HUB_URL: 'http://127.0.0.1:7081' },
      hostSettings: async ({ urls }) => ({ CRM_API_URL: `${urls.crm}/through` }),
      onProgress: ({ name }) => steps.push(name),
      seed: async (input) => {
        seeded.push(input.settings['PSA_API_URL'])
        return { integrationKey: 'the-key' }
      },
    })
    settingOfHost = await settingOf(stack, 'CRM_API_URL')
  })
  afterAll(async () => {
    await stack?.stop()
    rmSync(folder, { recursive: true })
  })

  it('gives the functions the settings with the real addresses, and overrides as they stand', async () => {
    const { urls, settings, integrationKey } = stack
    expect(integrationKey).toBe('the-key')
    expect(seeded).toEqual([urls.psa])
    expect(steps.toSorted()).toEqual(['Functions', 'Seed data', 'Service Bus', 'Stand-ins', 'Storage'])
    expect(steps.slice(0, 3).toSorted()).toEqual(['Service Bus', 'Stand-ins', 'Storage'])
    expect(settings).toMatchObject({ CODE_PUBLIC_URL: urls.functions, PSA_API_URL: urls.psa })
    expect(settings['DATA_STORAGE']).toContain(`TableEndpoint=${urls.tables}/`)
    expect(settings['SERVICE_BUS']).toContain(`Endpoint=${urls.serviceBus};`)
    for (const name of ['DATA_STORAGE', 'CODE_PUBLIC_URL', 'HUB_URL', 'PSA_SERVICE_KEY'])
      expect(await settingOf(stack, name)).toBe(settings[name])
    expect(settings['HUB_URL']).toBe('http://127.0.0.1:7081')
  })

  it('gives settings to the host alone', () => {
    expect(settingOfHost).toBe(`${stack.urls.crm}/through`)
    expect(stack.settings['CRM_API_URL']).toBe(stack.urls.crm)
  })

  it('goes on without its host, and starts it again at the same address with other settings', async () => {
    let failure: Error | undefined
    void stack.failed.then((error) => (failure = error))
    await stack.killHost()
    await expect(settingOf(stack, 'HUB_URL')).rejects.toThrow()
    expect((await fetch(stack.urls.hub)).status).toBe(200)
    await stack.restartHost({ HUB_URL: 'http://127.0.0.1:9' })
    expect(await settingOf(stack, 'HUB_URL')).toBe('http://127.0.0.1:9')
    await stack.restartHost()
    expect(await settingOf(stack, 'HUB_URL')).toBe('http://127.0.0.1:7081')
    expect(failure).toBeUndefined()
  })
})

let folder: string
let stack: Stack | undefined
beforeEach(() => {
  folder = folderWithApp()
})
afterEach(async () => {
  await stack?.stop()
  stack = undefined
  rmSync(folder, { recursive: true })
})

const start = async (changes: Partial<StackOptions> = {}): Promise<Stack> => (stack = await startIn(folder, changes))

it('leaves nothing running and lets go of its data when a part cannot start; the next one stops the host first, then the stand-ins, and the storage and the broker last', async () => {
  const urls: string[] = []
  await expect(
    start({
      entry: join(folder, 'missing.ts'),
      seed: async ({ settings }) => {
        urls.push(settings['PSA_API_URL'] ?? '', settings['HUB_URL'] ?? '')
        return { integrationKey: 'the-key' }
      },
    }),
  ).rejects.toThrow(/^Functions could not start: .*missing\.ts/)
  expect(urls).toHaveLength(2)
  for (const url of urls) await expect(fetch(url)).rejects.toThrow()

  const running = await start()
  const order: string[] = []
  for (const [part, { ended }] of running.children) void ended.then(() => order.push(part))
  await running.stop()
  expect(order).toHaveLength(4)
  expect(order.slice(0, 2)).toEqual(['functions', 'peers'])
  expect(order.slice(-2).toSorted()).toEqual(['azurite', 'serviceBus'])
  expect(running.children.size).toBe(0)
})

it('says which settings are missing', async () => {
  await expect(start({ settings: { HUB_URL: 'http://127.0.0.1:7081' } })).rejects.toThrow(
    /The local stack needs [A-Z_]+.*local\.settings\.sample\.json has values/,
  )
})

it('gives up when a part dies while the data is being seeded', async () => {
  await expect(
    start({
      seed: async ({ dataFolder }) => {
        const lock = readFileSync(join(dataFolder, 'stack.lock'), 'utf8')
        const { processes } = JSON.parse(lock) as { processes: { peers: number } }
        process.kill(processes.peers, 'SIGKILL')
        return new Promise(() => {})
      },
    }),
  ).rejects.toThrow('Stand-ins stopped unexpectedly (SIGKILL).')
})
