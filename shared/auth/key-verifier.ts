// Verifies integration keys (KEY-1).
import { LRUCache } from 'lru-cache'
import type { Store } from '../store/store.ts'
import type { IntegrationCaller } from './caller.ts'
import { equalInConstantTime, sha256 } from './digest.ts'
import { type StoredKey, integrationKeyTable } from './integration-key.ts'
import { keyIdOf } from './key-form.ts'
import { KeyRefusal, refusedGuess, refusedKey } from './key-refusal.ts'
import { createSessionCutoffs } from './session-cutoff.ts'

export type KeyVerifier = (key: string, now: Date) => Promise<IntegrationCaller>

const cacheMs = 5_000
const cacheSizeMax = 5_000

/**
 * Verifies keys against the table. What it read is good for 5 seconds: a revoked key is dead everywhere after that, and one of a person
 * after the person's access has ended. A key that is unknown, mistyped, expired or revoked is refused in the same words:
 * `unauthenticated`, with a `KeyRefusal` as its cause where the key is known.
 */
export const createKeyVerifier = (store: Store): KeyVerifier => {
  const rows = store.open(integrationKeyTable)
  const cutoffs = createSessionCutoffs(store)
  const cache = new LRUCache<string, StoredKey>({ max: cacheSizeMax, ttl: cacheMs })
  const find = async (keyId: string): Promise<StoredKey | undefined> => {
    const cached = cache.get(keyId)
    if (cached) return cached
    const value = (await rows.key.get({ keyId }))?.value
    if (value) cache.set(keyId, value)
    return value
  }
  const hasLostAccess = async ({ tenantId, holder }: StoredKey): Promise<boolean> =>
    holder !== undefined &&
    cutoffs.isCutOff({ tenantId, userId: holder.userId, role: holder.role, product: 'ai', issuedAt: holder.since })

  return async (key, now) => {
    const keyId = keyIdOf(key)
    if (keyId === undefined) throw refusedGuess()
    const found = await find(keyId)
    // With a key of another product nobody is let in here.
    const row = found?.peer === undefined ? found : undefined
    // The digest is compared for an unknown id as well, so that both take the same time.
    const matches = equalInConstantTime(row?.keyHash ?? sha256(''), sha256(key))
    if (!row || !matches) throw refusedGuess(row && new KeyRefusal('other secret', row))
    if (row.revoked) throw refusedKey(new KeyRefusal('revoked', row))
    if (Date.parse(row.expiresAfter) <= now.getTime()) throw refusedKey(new KeyRefusal('expired', row))
    if (await hasLostAccess(row)) throw refusedKey(new KeyRefusal('access of its creator ended', row))
    const { tenantId, integration, scopes, createdAt } = row
    return { kind: 'integration', keyId, tenantId, integration, scopes, createdAt }
  }
}
