// What handlers work with. Each service is loaded and made when it is first asked for, and says which setting it lacks instead of failing at load.
import type { KeyVerifier } from './auth/integration-key.ts'
import type { Sessions } from './auth/session.ts'
import type { Config } from './config/config.ts'
import { type RateLimits, createRateLimits } from './http/rate-limit.ts'
import type { PeerClientOptions } from './peers/peer-client.ts'
import type { PsaClient } from './peers/psa/client.ts'
import { type Store, createStore } from './store/store.ts'

export type Services = {
  readonly config: Config
  readonly now: () => Date
  readonly rateLimits: RateLimits
  readonly store: () => Store
  readonly sessions: () => Promise<Sessions>
  readonly verifyKey: KeyVerifier
  readonly psa: () => Promise<PsaClient>
  /** For pages that show what is last known when PSA is slow: gives up after 3 seconds. */
  readonly psaForReading: () => Promise<PsaClient>
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** @param now the clock, so that a test can set it */
export const createServices = (config: Config, now = () => new Date()): Services => {
  const store = once(() => createStore(storageOf(config)))
  const verifyKey = once(async () => {
    const { createKeyVerifier } = await import('./auth/integration-key.ts')
    return createKeyVerifier(store())
  })
  return {
    config,
    now,
    rateLimits: createRateLimits(),
    store,
    sessions: once(async () => {
      const { createSessions } = await import('./auth/session.ts')
      return createSessions(store())
    }),
    verifyKey: async (key, at) => (await verifyKey())(key, at),
    psa: once(() => connectPsa(config)),
    psaForReading: once(() =>
      connectPsa(config, { timeouts: { attemptMs: 2_000, deadlineMs: 3_000 }, retries: { max: 1 } }),
    ),
  }
}

const connectPsa = async (config: Config, options: Partial<PeerClientOptions> = {}): Promise<PsaClient> => {
  const { PSA_API_URL, PSA_SERVICE_KEY } = config.require('PSA_API_URL', 'PSA_SERVICE_KEY')
  const { createPsaClient } = await import('./peers/psa/client.ts')
  return createPsaClient({ ...options, baseUrl: PSA_API_URL, key: () => PSA_SERVICE_KEY })
}

const storageOf = (config: Config): Parameters<typeof createStore>[0] => {
  const { DATA_STORAGE } = config.require('DATA_STORAGE')
  return DATA_STORAGE.startsWith('https://') ? { tableUrl: DATA_STORAGE } : { connectionString: DATA_STORAGE }
}
