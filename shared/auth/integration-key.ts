// The secret with which one product calls another, or a person's programs call the AI Platform (KEY-1, AI-13): what is kept of it, how it
// is made and ended.
import * as z from 'zod'
import { AppError } from '../errors.ts'
import { OrgRole } from '../peers/hub/contract.ts'
import { newestFirst } from '../store/key.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { scopes } from './caller.ts'
import { sha256 } from './digest.ts'
import { type KeyEnvironment, newKey } from './key-form.ts'

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
  /** What people call it. */
  label: z.string().optional(),
  /** The product that verifies it: we call that one with it, and nobody calls us. */
  peer: z.string().optional(),
  /** The product was handed it by key registration, and gets the next one in the same way. */
  isDelivered: z.literal(true).optional(),
  /** The rotation by which it is being replaced, or was. */
  rotation: z.string().optional(),
  /** Actor that made it. */
  createdBy: z.string().optional(),
  /** The person with whose access to the AI Platform it ends. */
  holder: z
    .strictObject({
      userId: z.string(),
      role: OrgRole,
      /** When Hub issued the access with which it was made: what ended that access ends the key, also when it is heard of later. */
      since: z.iso.datetime(),
    })
    .optional(),
  /** The key that it is to take the place of. */
  replaces: z.string().optional(),
  /** The key that takes its place: from then on its end is near. */
  replacedBy: z.string().optional(),
  revoked: z.strictObject({ at: z.iso.datetime(), by: z.string() }).optional(),
})
export type StoredKey = z.infer<typeof StoredKey>

/** An ended key is shown, and told from a guess, for so long. */
const endedDays = 30
const dayMs = 86_400_000

/** Keys by their public id. The partition is the key id, since a key names its tenant only once it has been found. */
export const integrationKeyTable = table('integrationKeys', {
  key: rowKind({
    schema: StoredKey,
    partition: ['keyId'],
    key: [],
    keepFor: ({ expiresAfter }) => new Date(Date.parse(expiresAfter) + endedDays * dayMs),
    dataOf: {
      tenant: ['tenantId'],
      person: ['holder.userId'],
      names: ['createdBy', 'revoked.by'],
      secret: ['keyHash'],
    },
  }),
})

const listed = z.strictObject({ tenantId: z.string(), keyId: z.string(), createdAt: z.iso.datetime() })

/** 90 days, as long as a key lives (KEY-2). */
export const keyDays = 90

/** Of a key that is rotated by itself, at 90 days: a product that is away for a while costs nobody the key. */
export const rotatedKeyDays = keyDays + 30

/** Longer than a key itself is kept, whatever its end is set to while it is being replaced. */
const listedDays = rotatedKeyDays + 2 * endedDays

/** Which keys an organization has, and those that belong to one person: where lists find them. */
export const keyListTable = table('integrationKeyLists', {
  ofTenant: rowKind({
    schema: listed,
    partition: ['tenantId'],
    key: ({ createdAt, keyId }) => [newestFirst(createdAt), keyId],
    keepFor: { days: listedDays },
    dataOf: { tenant: ['tenantId'], through: { key: ['keyId'] } },
  }),
  ofPerson: rowKind({
    schema: listed.extend({ userId: z.string() }),
    partition: ['tenantId'],
    key: ({ userId, createdAt, keyId }) => [userId, newestFirst(createdAt), keyId],
    keepFor: { days: listedDays },
    dataOf: { tenant: ['tenantId'], person: ['userId'], leadsTo: { key: ['keyId'] } },
  }),
})

export type NewIntegrationKey = Pick<
  StoredKey,
  'tenantId' | 'integration' | 'label' | 'createdBy' | 'holder' | 'replaces'
> & {
  readonly environment: KeyEnvironment
  readonly scopes: StoredKey['scopes'] | readonly StoredKey['scopes'][number][]
  readonly now: Date
  /** Default 90, and never more. */
  readonly days?: number
}

/** A new key, stored as a hash. The key itself is returned once and kept nowhere. */
export const createIntegrationKey = async (store: Store, made: NewIntegrationKey): Promise<string> => {
  const { keyId, key } = newKey(made.environment)
  const { environment: _environment, now, days = keyDays, scopes: granted, ...facts } = made
  await storeKey(store, {
    ...facts,
    scopes: [...granted],
    keyId,
    keyHash: sha256(key),
    createdAt: now.toISOString(),
    expiresAfter: new Date(now.getTime() + Math.min(days, keyDays) * dayMs).toISOString(),
  })
  return key
}

/** Listed first: there is no key that works and is in no list. The second time it changes nothing. */
export const storeKey = async (store: Store, key: StoredKey): Promise<void> => {
  const { tenantId, keyId, createdAt, holder } = key
  const lists = store.open(keyListTable)
  const entry = { tenantId, keyId, createdAt }
  await lists.transaction([
    lists.ofTenant.toUpsert(entry),
    ...(holder ? [lists.ofPerson.toUpsert({ ...entry, userId: holder.userId })] : []),
  ])
  await store.open(integrationKeyTable).key.modify({ keyId }, (current) => current ?? key)
}

/** @throws AppError `not-found` for one that the organization does not have */
export const readKey = async (store: Store, tenantId: string, keyId: string): Promise<StoredKey> => {
  const row = await store.open(integrationKeyTable).key.get({ keyId })
  if (row?.value.tenantId !== tenantId) throw noSuchKey(keyId)
  return row.value
}

/**
 * Ends a key for good: refused everywhere 5 seconds later at the latest. The second time changes nothing.
 * @throws AppError `not-found` for one that the organization does not have
 */
export const revokeKey = async (
  store: Store,
  { tenantId, keyId }: Pick<StoredKey, 'tenantId' | 'keyId'>,
  revoked: NonNullable<StoredKey['revoked']>,
): Promise<StoredKey> => {
  const { value } = await store.open(integrationKeyTable).key.modify({ keyId }, (current) => {
    if (current?.tenantId !== tenantId) throw noSuchKey(keyId)
    return current.revoked ? current : { ...current, revoked }
  })
  return value
}

const noSuchKey = (keyId: string): AppError =>
  new AppError('not-found', `The organization has no key with the id ${keyId}.`)
