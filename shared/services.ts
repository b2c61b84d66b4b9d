// What handlers work with. Each service is loaded and made when it is first asked for, and says which setting it lacks instead of failing at load.
import type { ServiceBusClient } from '@azure/service-bus'
import type { KeyVerifier } from './auth/integration-key.ts'
import type { Sessions } from './auth/session.ts'
import type { Queues } from './bus/queues.ts'
import type { Config } from './config/config.ts'
import type { CredentialAttempts } from './http/credential-attempts.ts'
import { type RateLimits, createRateLimits } from './http/rate-limit.ts'
import type { BusClient } from './peers/bus/client.ts'
import type { CmdbClient } from './peers/cmdb/client.ts'
import type { CrmClient } from './peers/crm/client.ts'
import type { DefendClient } from './peers/defend/client.ts'
import type { HubClient } from './peers/hub/client.ts'
import type { PeerClientOptions } from './peer-client/peer-client.ts'
import type { PsaClient } from './peers/psa/client.ts'
import { type Store, createStore } from './store/store.ts'
import type { TenantDirectory } from './tenants/tenant-directory.ts'
import type { TenantStandings } from './tenants/tenant-standing.ts'

export type Services = {
  readonly config: Config
  readonly now: () => Date
  readonly rateLimits: RateLimits
  readonly credentialAttempts: () => Promise<CredentialAttempts>
  readonly store: () => Store
  readonly sessions: () => Promise<Sessions>
  readonly verifyKey: KeyVerifier
  readonly psa: () => Promise<PsaClient>
  /** For pages that show what is last known when PSA is slow: gives up after 3 seconds. */
  readonly psaForReading: () => Promise<PsaClient>
  readonly hub: () => Promise<HubClient>
  readonly defend: () => Promise<DefendClient>
  readonly crm: () => Promise<CrmClient>
  /** For lists that show what is last known when CRM is slow: gives up after 3 seconds. */
  readonly crmForReading: () => Promise<CrmClient>
  readonly cmdb: () => Promise<CmdbClient>
  /** Publishes events of The One Code. */
  readonly bus: () => Promise<BusClient>
  readonly queues: () => Promise<Queues>
  readonly tenants: () => Promise<TenantDirectory>
  /** Whether organizations are active or suspended. */
  readonly standings: () => Promise<TenantStandings>
}

/** What fails to be made, also later as a promise, is made anew the next time. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    if (made) return made.value
    const fresh = { value: make() }
    made = fresh
    if (fresh.value instanceof Promise)
      fresh.value.catch(() => {
        if (made === fresh) made = undefined
      })
    return fresh.value
  }
}

/** @param now the clock, so that a test can set it */
export const createServices = (config: Config, now = () => new Date()): Services => {
  const store = once(() => createStore(storageOf(config)))
  const verifyKey = once(async () => {
    const { createKeyVerifier } = await import('./auth/integration-key.ts')
    return createKeyVerifier(store())
  })
  const hub = once(() => connectHub(config))
  const hubForChecks = once(() => connectHub(config, forChecks))
  return {
    config,
    now,
    rateLimits: createRateLimits(),
    credentialAttempts: once(async () => {
      const { createCredentialAttempts } = await import('./http/credential-attempts.ts')
      return createCredentialAttempts()
    }),
    store,
    sessions: once(async () => {
      const { createSessions } = await import('./auth/session.ts')
      const { SESSION_IDLE_MINUTES } = config.require('SESSION_IDLE_MINUTES')
      return createSessions(store(), { now, idleMinutes: SESSION_IDLE_MINUTES })
    }),
    verifyKey: async (key, at) => (await verifyKey())(key, at),
    psa: once(() => connectPsa(config)),
    psaForReading: once(() => connectPsa(config, forReading)),
    crm: once(() => connectCrm(config)),
    crmForReading: once(() => connectCrm(config, forReading)),
    cmdb: once(async () => {
      const { CMDB_API_URL, CMDB_SERVICE_KEY } = config.require('CMDB_API_URL', 'CMDB_SERVICE_KEY')
      const { createCmdbClient } = await import('./peers/cmdb/client.ts')
      return createCmdbClient({ baseUrl: CMDB_API_URL, key: () => CMDB_SERVICE_KEY })
    }),
    hub,
    defend: once(async () => {
      const { DEFEND_API_URL, DEFEND_SERVICE_KEY } = config.require('DEFEND_API_URL', 'DEFEND_SERVICE_KEY')
      const { createDefendClient } = await import('./peers/defend/client.ts')
      return createDefendClient({ baseUrl: DEFEND_API_URL, key: () => DEFEND_SERVICE_KEY })
    }),
    bus: once(async () => {
      const { BUS_API_URL, BUS_INTEGRATION_KEY } = config.require('BUS_API_URL', 'BUS_INTEGRATION_KEY')
      const { createBusClient } = await import('./peers/bus/client.ts')
      // Somebody may be waiting: what cannot be published soon is left to the sweep.
      const patience = { timeouts: { attemptMs: 3_000, deadlineMs: 5_000 }, retries: { max: 1 } }
      return createBusClient({ ...patience, baseUrl: BUS_API_URL, key: () => BUS_INTEGRATION_KEY })
    }),
    queues: once(async () => {
      const { SERVICE_BUS } = config.require('SERVICE_BUS')
      const { createQueues } = await import('./bus/queues.ts')
      return createQueues(() => connectServiceBus(SERVICE_BUS))
    }),
    tenants: once(async () => {
      const { createTenantDirectory } = await import('./tenants/tenant-directory.ts')
      return createTenantDirectory({ store: store(), hub, now })
    }),
    standings: once(async () => {
      const { createTenantStandings } = await import('./tenants/tenant-standing.ts')
      return createTenantStandings({ store: store(), hub: hubForChecks, now })
    }),
  }
}

/** Somebody waits for a page that shows what is last known otherwise. */
const forReading = { timeouts: { attemptMs: 2_000, deadlineMs: 3_000 }, retries: { max: 1 } }

/** A caller waits, and what was known before is good for longer. */
const forChecks = { timeouts: { attemptMs: 1_000, deadlineMs: 1_200 }, retries: { max: 0 } }

const connectHub = async (config: Config, options: Partial<PeerClientOptions> = {}): Promise<HubClient> => {
  const { HUB_API_URL, HUB_SERVICE_KEY } = config.require('HUB_API_URL', 'HUB_SERVICE_KEY')
  const { createHubClient } = await import('./peers/hub/client.ts')
  return createHubClient({ ...options, baseUrl: HUB_API_URL, key: () => HUB_SERVICE_KEY })
}

const connectPsa = async (config: Config, options: Partial<PeerClientOptions> = {}): Promise<PsaClient> => {
  const { PSA_API_URL, PSA_SERVICE_KEY } = config.require('PSA_API_URL', 'PSA_SERVICE_KEY')
  const { createPsaClient } = await import('./peers/psa/client.ts')
  return createPsaClient({ ...options, baseUrl: PSA_API_URL, key: () => PSA_SERVICE_KEY })
}

const connectCrm = async (config: Config, options: Partial<PeerClientOptions> = {}): Promise<CrmClient> => {
  const { CRM_API_URL, CRM_SERVICE_KEY } = config.require('CRM_API_URL', 'CRM_SERVICE_KEY')
  const { createCrmClient } = await import('./peers/crm/client.ts')
  return createCrmClient({ ...options, baseUrl: CRM_API_URL, key: () => CRM_SERVICE_KEY })
}

const connectServiceBus = async (connection: string): Promise<ServiceBusClient> => {
  const { ServiceBusClient: Client } = await import('@azure/service-bus')
  if (connection.includes('=')) return new Client(connection)
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new Client(connection, new DefaultAzureCredential())
}

const storageOf = (config: Config): Parameters<typeof createStore>[0] => {
  const { DATA_STORAGE } = config.require('DATA_STORAGE')
  return DATA_STORAGE.startsWith('https://') ? { tableUrl: DATA_STORAGE } : { connectionString: DATA_STORAGE }
}
