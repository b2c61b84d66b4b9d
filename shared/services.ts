// What handlers work with. Each service is loaded and made when it is first asked for, and says which setting it lacks instead of failing at load.
import type { ServiceBusClient } from '@azure/service-bus'
import type { AppendAudit, KeyUse } from './auth/key-use.ts'
import type { KeyVerifier } from './auth/key-verifier.ts'
import { operatorSettings } from './auth/caller.ts'
import type { OperatorVerifier } from './auth/operator-token.ts'
import type { Sessions } from './auth/session.ts'
import type { Queues } from './bus/queues.ts'
import { azureCredential } from './config/azure-credential.ts'
import type { AuditLog } from './audit-log/audit-log.ts'
import { type AiServices, aiServices } from './ai/ai-services.ts'
import type { Config } from './config/config.ts'
import type { CredentialAttempts } from './auth/credential-attempts.ts'
import { type RateLimits, createRateLimits } from './http/rate-limit.ts'
import { once } from './once.ts'
import {
  type ConnectRegistration,
  type PeerClients,
  connectPeer,
  connectPeers,
  connectRegistrations,
  forChecks,
  forReading,
} from './peer-connections.ts'
import { type ReadPeerKey, createPeerKey } from './secrets/peer-key.ts'
import type { Secrets } from './secrets/secrets.ts'
import { type ReadSecret, createReadSecret } from './secrets/setting-secret.ts'
import type { Sealing } from './secrets/sealing.ts'
import { type Store, createStore } from './store/store.ts'
import type { TenantDirectory } from './tenants/tenant-directory.ts'
import type { TenantStandings } from './tenants/tenant-standing.ts'

export type Services = PeerClients &
  AiServices & {
    readonly config: Config
    readonly now: () => Date
    readonly rateLimits: RateLimits
    /** The secret of a setting, wherever it is. */
    readonly secret: ReadSecret
    /** With which key a product is called for an organization. */
    readonly peerKey: ReadPeerKey
    /** Registers keys with a product. */
    readonly registration: ConnectRegistration
    /** The key vault, and what was read of it. */
    readonly secrets: () => Promise<Secrets>
    /** As `secrets`, of the vault with the keys that organizations have of their own. */
    readonly tenantSecrets: () => Promise<Secrets>
    /** Encrypts what is kept in rows. */
    readonly sealing: () => Promise<Sealing>
    /** The append-only logs of the organizations. */
    readonly audit: () => Promise<AuditLog>
    readonly credentialAttempts: () => Promise<CredentialAttempts>
    readonly store: () => Store
    readonly sessions: () => Promise<Sessions>
    readonly verifyKey: KeyVerifier
    readonly verifyOperator: OperatorVerifier
    /** Writes what is counted and not stored yet: the process ends. */
    readonly close: () => Promise<void>
    /** Records what integration keys are used for. */
    readonly keyUse: () => Promise<KeyUse>
    /** For pages that show what is last known when a peer is slow: gives up after 3 seconds. */
    readonly forReading: PeerClients
    readonly queues: () => Promise<Queues>
    readonly tenants: () => Promise<TenantDirectory>
    /** Whether organizations are active or suspended. */
    readonly standings: () => Promise<TenantStandings>
  }

/** @param now the clock, so that a test can set it */
export const createServices = (config: Config, now = () => new Date()): Services => {
  const store = once(() => createStore(storageOf(config)))
  const { secrets, tenantSecrets } = vaultServices(config, now)
  const secret = createReadSecret(config, async () => (await secrets()).cache)
  const audit = auditLog({ config, secret, store, now })
  const peerKey = createPeerKey({ config, secret, store, cache: async () => (await tenantSecrets()).cache, now })
  const settings = { config, secret, audit, peerKey }
  const clients = connectPeers(settings)
  const hubForChecks = once(() => connectPeer(settings, 'hub', forChecks))
  const ofKeys = keyServices({ store, audit, now })
  const sealing = once(async () => {
    const { createSealing } = await import('./secrets/sealing.ts')
    return createSealing({ store: store(), now, ...(await secrets()) })
  })
  const ofAi = aiServices({ store, hub: hubForChecks, config, secret, secrets, sealing, now })
  return {
    ...settings,
    now,
    rateLimits: createRateLimits(),
    registration: connectRegistrations(settings),
    secrets,
    tenantSecrets,
    sealing,
    credentialAttempts: once(async () => {
      const { createCredentialAttempts } = await import('./auth/credential-attempts.ts')
      return createCredentialAttempts()
    }),
    store,
    sessions: once(async () => {
      const { createSessions } = await import('./auth/session.ts')
      const { SESSION_IDLE_MINUTES } = config.require('SESSION_IDLE_MINUTES')
      return createSessions(store(), { now, idleMinutes: SESSION_IDLE_MINUTES })
    }),
    verifyOperator: operatorVerifier(config, now),
    ...ofKeys,
    ...ofAi,
    close: async () => void (await Promise.all([ofKeys.close(), ofAi.close()])),
    ...clients,
    forReading: connectPeers(settings, forReading),
    queues: once(async () => {
      const { SERVICE_BUS } = config.require('SERVICE_BUS')
      const { createQueues } = await import('./bus/queues.ts')
      return createQueues(() => connectServiceBus(SERVICE_BUS))
    }),
    tenants: once(async () => {
      const { createTenantDirectory } = await import('./tenants/tenant-directory.ts')
      return createTenantDirectory({ store: store(), hub: clients.hub, now })
    }),
    standings: once(async () => {
      const { createTenantStandings } = await import('./tenants/tenant-standing.ts')
      return createTenantStandings({ store: store(), hub: hubForChecks, now })
    }),
  }
}

const vaultServices = (config: Config, now: () => Date): Pick<Services, 'secrets' | 'tenantSecrets'> => {
  const secrets = once(async () => {
    const { KEY_VAULT } = config.require('KEY_VAULT')
    const { openSecrets } = await import('./secrets/secrets.ts')
    return openSecrets(KEY_VAULT, now)
  })
  const tenantSecrets = once(async () => {
    const { TENANT_VAULT } = config.require('TENANT_VAULT')
    if (TENANT_VAULT === undefined) return secrets()
    const { openSecrets } = await import('./secrets/secrets.ts')
    return openSecrets(TENANT_VAULT, now)
  })
  return { secrets, tenantSecrets }
}

const auditLog = ({ config, secret, store, now }: Pick<Services, 'config' | 'secret' | 'store' | 'now'>) =>
  once(async () => {
    const { createAuditLog } = await import('./audit-log/audit-log.ts')
    const { signingKeys } = await import('./audit-log/signing-keys.ts')
    const { tellOfDamagedLogs } = await import('./incidents/damaged-audit-log.ts')
    const onDamaged = tellOfDamagedLogs(() => ({ store: store(), now }))
    return createAuditLog({ store: store(), now, keys: () => signingKeys({ secret, config }), onDamaged })
  })

const operatorVerifier = (config: Config, now: () => Date): OperatorVerifier => {
  const verifier = once(async () => {
    const { OPERATOR_ISSUER, OPERATOR_AUDIENCE, OPERATOR_JWKS_URL } = config.require(...operatorSettings)
    const { createOperatorVerifier } = await import('./auth/operator-token.ts')
    const directory = { issuer: OPERATOR_ISSUER, audience: OPERATOR_AUDIENCE, jwksUrl: OPERATOR_JWKS_URL, now }
    return createOperatorVerifier(directory)
  })
  return async (token) => (await verifier())(token)
}

type KeyParts = Pick<Services, 'store' | 'audit' | 'now'>

const keyServices = ({ store, audit, now }: KeyParts): Pick<Services, 'verifyKey' | 'keyUse' | 'close'> => {
  const verifyKey = once(async () => {
    const { createKeyVerifier } = await import('./auth/key-verifier.ts')
    return createKeyVerifier(store())
  })
  let flushAtEnd = (): Promise<void> => Promise.resolve()
  return {
    verifyKey: async (key, at) => (await verifyKey())(key, at),
    keyUse: once(async () => {
      const { createKeyUse } = await import('./auth/key-use.ts')
      const append = async (...record: Parameters<AppendAudit>) => (await audit()).append(...record)
      const keyUse = createKeyUse({ store: store(), append, now })
      flushAtEnd = keyUse.flush
      return keyUse
    }),
    close: () => flushAtEnd(),
  }
}

const connectServiceBus = async (connection: string): Promise<ServiceBusClient> => {
  const { ServiceBusClient: Client } = await import('@azure/service-bus')
  if (connection.includes('=')) return new Client(connection)
  return new Client(connection, await azureCredential())
}

const storageOf = (config: Config): Parameters<typeof createStore>[0] => {
  const { DATA_STORAGE } = config.require('DATA_STORAGE')
  return DATA_STORAGE.startsWith('https://') ? { tableUrl: DATA_STORAGE } : { connectionString: DATA_STORAGE }
}
