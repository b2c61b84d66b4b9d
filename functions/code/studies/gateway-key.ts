// The key with which The One Code asks the AI gateway for an organization (KEY-1): each has its own, in the key vault, and gets one when it has none.
import type { AuditRecord } from '../../../shared/audit-log/audit-entry.ts'
import { sha256 } from '../../../shared/auth/digest.ts'
import { keyDays, storeKey } from '../../../shared/auth/integration-key.ts'
import { environmentOf } from '../../../shared/auth/key-environment.ts'
import { keyIdOf, newKey } from '../../../shared/auth/key-form.ts'
import { keepKeySecret, keySecretName, peerKeyTable } from '../../../shared/secrets/peer-keys.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'

const integration = 'code→ai'
const peer = 'ai'
const dayMs = 86_400_000

type GatewayKey = {
  readonly read: () => Promise<string>
  /** @param refused what the gateway has just refused. @returns a newer one: somebody else's, or one that is made now */
  readonly replace: (refused: string) => Promise<string>
}

/** Throws `storage-unavailable`, `vault-unavailable`, `not-configured`. */
export const openGatewayKey = (services: Services, tenantId: string): GatewayKey => {
  const rows = services.store().open(peerKeyTable).current
  const present = async (): Promise<string | undefined> => (await rows.get({ tenantId, peer }))?.value.keyId
  const secretOf = async (keyId: string): Promise<string> =>
    (await (await services.tenantSecrets()).cache.read(keySecretName(keyId))).value

  /** @param after the key that it takes the place of. Of several at once one key comes, and all are given that one. */
  const make = async (after: string | undefined): Promise<string> => {
    const { vault } = await services.tenantSecrets()
    const { keyId, key } = newKey(environmentOf(services.config))
    await keepKeySecret(vault, { tenantId, keyId, key })
    const promotedAt = services.now().toISOString()
    const { value } = await rows.modify({ tenantId, peer }, (current) =>
      current === undefined || current.keyId === after ? { tenantId, peer, keyId, promotedAt } : current,
    )
    if (value.keyId !== keyId) {
      const leftover = (error: unknown): void => log.warn('code.gateway_key.leftover', { tenantId, keyId, error })
      await vault.delete(keySecretName(keyId)).catch(leftover)
      return secretOf(value.keyId)
    }
    await record(services, tenantId, keyId)
    await storeKey(services.store(), {
      keyId,
      tenantId,
      integration,
      scopes: ['ai:features:code'],
      keyHash: sha256(key),
      createdAt: promotedAt,
      expiresAfter: new Date(Date.parse(promotedAt) + keyDays * dayMs).toISOString(),
      createdBy: actor,
    })
    return key
  }

  return {
    read: async () => {
      const keyId = await present()
      return keyId === undefined ? make(undefined) : secretOf(keyId)
    },
    replace: async (refused) => {
      const [keyId, refusedId] = [await present(), keyIdOf(refused)]
      return keyId === undefined || keyId === refusedId ? make(keyId) : secretOf(keyId)
    },
  }
}

const actor = 'function:code-write-study-part'

/** Before the key is good for anything. */
const record = async (services: Services, tenantId: string, keyId: string): Promise<void> => {
  const entry: AuditRecord = {
    action: 'key.created',
    outcome: 'asked',
    actor,
    subjects: [keyId],
    facts: { integration },
  }
  await (await services.audit()).append(tenantId, entry, `key.created ${keyId}`)
}
