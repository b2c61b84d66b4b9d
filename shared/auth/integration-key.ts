// The secret with which one product calls another (KEY-1): its form, what is kept of it, and how it is verified.
import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { EndedCredential } from './ended-credential.ts'
import { type Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { type IntegrationCaller, scopes } from './caller.ts'
import { equalInConstantTime, sha256 } from './digest.ts'

const StoredKey = z.strictObject({
  keyId: z.string(),
  tenantId: z.string(),
  /** The pair of products and the direction, e.g. `code→psa`. */
  integration: z.string(),
  scopes: z.array(z.enum(scopes)),
  /** Base64url SHA-256 of the whole key: it has 256 random bits, so no slow hash is needed. */
  keyHash: z.string(),
  createdAt: z.iso.datetime(),
  expiresAfter: z.iso.datetime(),
  revoked: z.boolean(),
})
type StoredKey = z.infer<typeof StoredKey>

/** Keys by their public id. The partition is the key id, since a key names its tenant only once it has been found. */
export const integrationKeyTable = table('integrationKeys', {
  key: rowKind({
    schema: StoredKey,
    partition: ['keyId'],
    key: [],
    keepFor: ({ expiresAfter }) => new Date(Date.parse(expiresAfter) + 30 * 86_400_000),
  }),
})

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^tik_(?:local|test|live)_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

const randomText = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Six base-62 digits over all that stands before: typing errors are seen before anything is looked up. */
const checksum = (text: string): string => {
  let [rest, digits] = [crc32(text), '']
  for (let count = 0; count < 6; count++) {
    digits = `${alphabet[rest % alphabet.length]}${digits}`
    rest = Math.floor(rest / alphabet.length)
  }
  return digits
}

export type NewIntegrationKey = {
  readonly environment: 'local' | 'test' | 'live'
  readonly tenantId: string
  readonly integration: string
  readonly scopes: readonly (typeof scopes)[number][]
  readonly now: Date
}

/** 90 days, as long as a key lives (KEY-2). */
const keyDays = 90

/**
 * A new key, `tik_<environment>_<id>_<secret><checksum>`, stored as a hash. The key itself is returned once and kept nowhere.
 */
export const createIntegrationKey = async (store: Store, made: NewIntegrationKey): Promise<string> => {
  const keyId = randomText(12)
  const body = `tik_${made.environment}_${keyId}_${randomText(43)}`
  const key = `${body}${checksum(body)}`
  await store.open(integrationKeyTable).key.insert({
    keyId,
    tenantId: made.tenantId,
    integration: made.integration,
    scopes: [...made.scopes],
    keyHash: sha256(key),
    createdAt: made.now.toISOString(),
    expiresAfter: new Date(made.now.getTime() + keyDays * 86_400_000).toISOString(),
    revoked: false,
  })
  return key
}

export type KeyVerifier = (key: string, now: Date) => Promise<IntegrationCaller>

const cacheMs = 5_000
const cacheSizeMax = 5_000

/**
 * Verifies keys against the table. What it read is good for 5 seconds: a revoked key is dead everywhere after that. A key
 * that is unknown, mistyped, expired or revoked is refused in the same words: `unauthenticated`.
 */
export const createKeyVerifier = (store: Store): KeyVerifier => {
  const rows = store.open(integrationKeyTable)
  const cache = new LRUCache<string, StoredKey>({ max: cacheSizeMax, ttl: cacheMs })
  const find = async (keyId: string) => {
    const cached = cache.get(keyId)
    if (cached) return cached
    const value = (await rows.key.get({ keyId }))?.value
    if (value) cache.set(keyId, value)
    return value
  }
  return async (key, now) => {
    const [, keyId] = shape.exec(key) ?? []
    if (!keyId || checksum(key.slice(0, -6)) !== key.slice(-6)) throw refused()
    const row = await find(keyId)
    // The digest is compared for an unknown id as well, so that both take the same time.
    const matches = equalInConstantTime(row?.keyHash ?? sha256(''), sha256(key))
    if (!row || !matches) throw refused()
    if (row.revoked || Date.parse(row.expiresAfter) <= now.getTime()) throw new EndedCredential(refusalText)
    const { tenantId, integration, scopes: granted, createdAt } = row
    return { kind: 'integration', keyId, tenantId, integration, scopes: granted, createdAt }
  }
}

const refusalText = 'The integration key in X-Integration-Key is not valid. Check that it is whole and current.'

const refused = (): AppError => new AppError('unauthenticated', refusalText)
