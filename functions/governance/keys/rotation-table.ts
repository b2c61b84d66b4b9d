// Rotations of keys: what is kept of each, and how the timer finds what is due and what is not done.
import { crc32 } from 'node:zlib'
import * as z from 'zod'
import { scopes } from '../../../shared/auth/caller.ts'
import { type StoredKey, keyDays } from '../../../shared/auth/integration-key.ts'
import { registrars } from '../../../shared/peers/peers.ts'
import { buckets } from '../../../shared/store/buckets.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const time = z.iso.datetime().optional()

export const KeyRotation = z.strictObject({
  tenantId: z.string(),
  rotationId: z.string(),
  /** Who calls, and whom. */
  integration: z.string(),
  scopes: z.array(z.enum(scopes)),
  label: z.string().optional(),
  /** We call that product with the key, and it verifies it. */
  verifier: z.enum(registrars).optional(),
  /** That product calls us with the key, which it is handed. */
  consumer: z.enum(registrars).optional(),
  /** Absent for the first key of an integration. */
  oldKeyId: z.string().optional(),
  /** Of which the vault may have a secret, the new key among them. */
  drawnKeyIds: z.array(z.string()).optional(),
  /** Whoever writes it first decides: of what others have drawn no verifier knows. */
  newKeyId: z.string().optional(),
  isSuspected: z.boolean(),
  by: z.string(),
  /** Each begins an orchestration of its own. */
  attempt: z.int().min(1),
  begunAt: z.iso.datetime(),
  /** A suspected key is refused by every verifier. */
  revokedAt: time,
  createdAt: time,
  /** The answer to who asked has shown the new key, which no product is handed. */
  shownAt: time,
  /** Nobody was shown it by the time that the rotation went on: it does not come to be. Never beside `shownAt`. */
  withdrawnAt: time,
  registeredAt: time,
  testedAt: time,
  promotedAt: time,
  /** The new key was used. */
  adoptedAt: time,
  /** Somebody was told that the consumer has not taken it. */
  missedAt: time,
  retiredAt: time,
  endedAt: time,
  outcome: z.enum(['done', 'cancelled']).optional(),
})
export type KeyRotation = z.infer<typeof KeyRotation>

const Place = z.strictObject({ bucket: z.string(), tenantId: z.string() })

export const rotationBuckets = buckets('rotation')

export const keyRotationTable = table('keyRotations', {
  rotation: rowKind({
    schema: KeyRotation,
    partition: ['tenantId'],
    key: ['rotationId'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], names: ['by'] },
  }),
  /** Those that are not over. */
  open: rowKind({
    schema: Place.extend({ rotationId: z.string() }),
    partition: ['bucket'],
    key: ({ tenantId, rotationId }) => ['open', tenantId, rotationId],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'] },
  }),
  /** Keys that are rotated by themselves, the one that is due first before the others. */
  due: rowKind({
    schema: Place.extend({ dueAt: z.iso.datetime(), keyId: z.string() }),
    partition: ['bucket'],
    key: ({ dueAt, tenantId, keyId }) => ['due', dueAt, tenantId, keyId],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

const dayMs = 86_400_000
/** So many days before its time a key may be due: what was made on one day is not due on one. */
const spreadDays = 7

/** At 90 days at the latest, the same for the same key whenever it is asked. */
export const dueAtOf = ({ keyId, createdAt }: Pick<StoredKey, 'keyId' | 'createdAt'>): string => {
  const earlierMs = (crc32(keyId) / 2 ** 32) * spreadDays * dayMs
  return new Date(Date.parse(createdAt) + keyDays * dayMs - Math.floor(earlierMs)).toISOString()
}

/** Both sides get the next key without anybody's help. */
export const isRotatedByItself = ({ peer, isDelivered }: Pick<StoredKey, 'peer' | 'isDelivered'>): boolean =>
  peer !== undefined || isDelivered === true

/** A product is told of the new key or handed it, so that nobody has to be shown it. */
export const isHandedOver = ({ verifier, consumer }: Pick<KeyRotation, 'verifier' | 'consumer'>): boolean =>
  verifier !== undefined || consumer !== undefined

export const dueMarkerOf = (key: Pick<StoredKey, 'tenantId' | 'keyId' | 'createdAt'>) => ({
  bucket: rotationBuckets.of(key.tenantId),
  tenantId: key.tenantId,
  dueAt: dueAtOf(key),
  keyId: key.keyId,
})

export const openMarkerOf = ({ tenantId, rotationId }: Pick<KeyRotation, 'tenantId' | 'rotationId'>) => ({
  bucket: rotationBuckets.of(tenantId),
  tenantId,
  rotationId,
})
