// What the benchmarks of the AI gateway run against: stand-ins of Hub and of a model, and organizations whose calls meet no limit.
import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { type Child, startChild } from '@theone/local-process/child-process'
import { bundle, entryOf } from '../build/bundle.ts'
import { hostProgram } from '../local/package-programs.ts'
import { projectFolder } from '../local/parts.ts'
import { aiLimitTable } from '../shared/ai/limits/figures.ts'
import { createIntegrationKey } from '../shared/auth/integration-key.ts'
import { createStore } from '../shared/store/store.ts'
import { hubControl } from '../test/support/hub-control.ts'
import type { Bench } from './benchmark.ts'
import type { LoadRequest } from './load.ts'

const organizations = 8
/** So many that none comes near its 600 calls a minute. */
const keysEach = 4
/** What the stand-in of the model is asked for. */
export const deployment = 'bench'
const unlimited = {
  requestsPerMinute: 1_000_000,
  tokensPerMinute: 1_000_000_000,
  tokensPerDay: 1_000_000_000,
  concurrency: 1_000,
}

export type GatewayStage = {
  /** Origins. */
  readonly models: string
  readonly hub: string
  readonly startHost: () => Promise<string>
  /** The same functions behind bare `node:http`. */
  readonly startAdapter: () => Promise<string>
  readonly stop: () => Promise<void>
}

export const startGatewayStage = async ({ folder, settings }: Bench): Promise<GatewayStage> => {
  const children: Child[] = []
  const start = async (name: string, file: string, args: readonly string[], env: Bench['settings']) => {
    const child = await startChild({ name, file: resolve(projectFolder, file), args, env })
    children.push(child)
    return child.urls
  }
  const anyPort = { LOCAL_HUB_PORT: '0', LOCAL_MODELS_PORT: '0' }
  const others = await start('stand-ins', 'local/stand-ins/main.ts', ['hub', 'models'], { ...settings, ...anyPort })
  const { hub = '', models = '' } = others
  const providers = { local: { wire: 'openai-chat', endpoint: `${models}/v1`, auth: 'none' } }
  const classes = { fast: [`local/${deployment}`], deep: [`local/${deployment}`] }
  const own = { ...settings, HUB_API_URL: hub, AI_MODELS: JSON.stringify({ providers, classes }) }
  return {
    models,
    hub,
    startHost: async () => {
      const app = 'theoneai-api'
      const { main } = await bundle({ name: app, entry: entryOf(app), folder: join(folder, 'gateway') })
      const args = ['--entry', main, '--port', '0', '--state', join(folder, 'gateway-host'), '--quiet']
      return (await start('host', hostProgram, args, own))['functions'] ?? ''
    },
    startAdapter: async () => (await start('adapter', 'bench/bare-adapter.ts', [], own))['functions'] ?? '',
    stop: async () => void (await Promise.all(children.map((child) => child.stop()))),
  }
}

export const chatPath = '/api/ai/v1/chat/completions'

export const chatRequest = (headers: Readonly<Record<string, string>>, more: object = {}): LoadRequest => ({
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Which ticket comes first?' }], ...more }),
})

/** Integration keys, in turn of all organizations. */
export const unlimitedKeys = async ({ settings }: Bench, hubUrl: string): Promise<readonly string[]> => {
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const tenantIds = Array.from({ length: organizations }, () => `bench-${randomUUID()}`)
  const override = { tier: 'ai-enterprise', ...unlimited, setAt: new Date().toISOString(), origin: 'bench' } as const
  for (const tenantId of tenantIds) {
    await hubControl(hubUrl, tenantId).putOrganization({ aiTier: 'ai-enterprise' })
    await store.open(aiLimitTable).override.insert({ tenantId, ...override })
  }
  const keys: string[] = []
  for (let count = 0; count < keysEach; count += 1)
    for (const tenantId of tenantIds) {
      const scopes = ['ai:completions:use'] as const
      const made = { environment: 'test', tenantId, integration: 'code→ai', scopes, now: new Date() } as const
      keys.push(await createIntegrationKey(store, made))
    }
  return keys
}
