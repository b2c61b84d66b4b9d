// The first half of a rotation: the suspected key is ended, the new one is made, registered, tried and promoted.
import {
  type StoredKey,
  integrationKeyTable,
  keyDays,
  readKey,
  revokeKey,
  rotatedKeyDays,
  storeKey,
} from '../../../shared/auth/integration-key.ts'
import { sha256 } from '../../../shared/auth/digest.ts'
import { createKeyVerifier } from '../../../shared/auth/key-verifier.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import { keySecretName, peerKeyTable } from '../../../shared/secrets/peer-keys.ts'
import { claimKeyId } from './rotation-draw.ts'
import { type StepTools, newKeyIdOf, recordStep, stamp } from './rotation-step.ts'
import { type KeyRotation, dueMarkerOf, isHandedOver, keyRotationTable } from './rotation-table.ts'

const dayMs = 86_400_000
/** The old key ends then, whether or not the consumer has the new one. */
export const overlapDays = 14

/** Ends a suspected key at its verifier: first of all, whatever becomes of its replacement. */
export const revokeSuspected = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  const { oldKeyId: keyId, tenantId, verifier, isSuspected, revokedAt } = rotation
  if (!isSuspected || keyId === undefined || revokedAt !== undefined) return rotation
  await recordStep(tools, rotation, 'key.revoked', keyId)
  // Of a key that another product verifies the row says only what that product did.
  if (verifier) await (await tools.services.registration(verifier)).retireKey(tenantId, keyId)
  await revokeKey(tools.store, { tenantId, keyId }, { at: tools.now().toISOString(), by: rotation.by })
  return stamp(tools, rotation, 'revokedAt')
}

/** Makes the new key: with the hash of what the vault has under the id that won. Of what lost, no verifier knows. */
export const createNewKey = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  if (rotation.createdAt !== undefined) return rotation
  const claimed = await claimKeyId(tools, rotation)
  const keyId = newKeyIdOf(claimed)
  const key = await readSecret(tools, keyId)
  await recordStep(tools, claimed, 'key.created', keyId)
  const made = storedKeyOf(claimed, keyId, key)
  // Before the key: there is none that is never due.
  if (isHandedOver(claimed)) await tools.store.open(keyRotationTable).due.upsert(dueMarkerOf(made))
  await storeKey(tools.store, made)
  return stamp(tools, claimed, 'createdAt')
}

const readSecret = async ({ services }: StepTools, keyId: string): Promise<string> =>
  (await (await services.tenantSecrets()).vault.get(keySecretName(keyId))).value

/** By the time of the beginning: a second try makes the same row, and the same marker. */
const storedKeyOf = (rotation: KeyRotation, keyId: string, key: string): StoredKey => {
  const { tenantId, integration, scopes, label, by, oldKeyId, verifier, consumer, begunAt } = rotation
  const days = isHandedOver(rotation) ? rotatedKeyDays : keyDays
  return {
    keyId,
    tenantId,
    integration,
    scopes: [...scopes],
    keyHash: sha256(key),
    createdAt: begunAt,
    expiresAfter: new Date(Date.parse(begunAt) + days * dayMs).toISOString(),
    createdBy: by,
    ...(label !== undefined && { label }),
    ...(verifier && { peer: verifier }),
    ...(consumer && { isDelivered: true }),
    ...(oldKeyId !== undefined && { replaces: oldKeyId }),
  }
}

/** The key for whoever asked for it by hand: nothing else hands it out. */
export const readNewKey = (tools: StepTools, rotation: KeyRotation): Promise<string> =>
  readSecret(tools, newKeyIdOf(rotation))

/** The product that verifies the key is told its hash; the one that is to call with it is handed the key. */
export const registerNewKey = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  const { verifier, consumer, tenantId, registeredAt } = rotation
  if (registeredAt !== undefined) return rotation
  const keyId = newKeyIdOf(rotation)
  const peer = verifier ?? consumer
  if (peer) {
    const { keyHash, expiresAfter } = await readKey(tools.store, tenantId, keyId)
    const content = verifier
      ? ({ use: 'verify', keyHash } as const)
      : ({ use: 'call', key: await readSecret(tools, keyId) } as const)
    const registration = { ...content, expiresAfter }
    await named(rotation, 'registered', async () =>
      (await tools.services.registration(peer)).registerKey(tenantId, keyId, registration),
    )
  }
  return stamp(tools, rotation, 'registeredAt')
}

/** The errors of a product say nothing of the key that it was asked about. */
const named = async <Result>(rotation: KeyRotation, what: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (!isAppError(error)) throw error
    const text = `The new key ${newKeyIdOf(rotation)} of ${rotation.integration} could not be ${what}. ${error.message}`
    throw new AppError(error.code, text, { cause: error, details: error.details, headers: error.headers })
  }
}

/** @throws AppError `peer-unauthorized`, `unauthenticated`, `conflict` for a key that its verifier does not take */
export const testNewKey = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  const { verifier, tenantId, testedAt } = rotation
  if (testedAt !== undefined) return rotation
  const keyId = newKeyIdOf(rotation)
  const key = await readSecret(tools, keyId)
  const known = verifier
    ? await named(rotation, 'tried', async () => (await tools.services.registration(verifier)).tryKey(tenantId, key))
    : (await createKeyVerifier(tools.store)(key, tools.now())).keyId
  if (known !== keyId) throw new AppError('conflict', `The verifier knows the new key ${keyId} as another one.`)
  return stamp(tools, rotation, 'testedAt')
}

/** From now on the new key is the one to call with, and the end of the old one is set. */
export const promoteNewKey = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  if (rotation.promotedAt !== undefined) return rotation
  const keyId = newKeyIdOf(rotation)
  await recordStep(tools, rotation, 'key.rotated', keyId)
  if (rotation.verifier) await callWith(tools, { ...rotation, verifier: rotation.verifier }, keyId)
  const { oldKeyId } = rotation
  if (oldKeyId !== undefined) await endOldKey(tools, oldKeyId, keyId)
  return stamp(tools, rotation, 'promotedAt')
}

/** A later rotation may be further: what it has promoted stays. */
const callWith = async (
  { store, now }: StepTools,
  { tenantId, verifier: peer, oldKeyId }: KeyRotation & { readonly verifier: string },
  keyId: string,
): Promise<void> => {
  await store
    .open(peerKeyTable)
    .current.modify({ tenantId, peer }, (current) =>
      current === undefined || current.keyId === oldKeyId
        ? { tenantId, peer, keyId, promotedAt: now().toISOString() }
        : current,
    )
}

const endOldKey = async ({ store, now }: StepTools, oldKeyId: string, newKeyId: string): Promise<void> => {
  const hardStop = new Date(now().getTime() + overlapDays * dayMs).toISOString()
  const rows = store.open(integrationKeyTable).key
  // One that was suspected may have ended so long ago that it is gone.
  if (!(await rows.get({ keyId: oldKeyId }))) return
  await rows.modify({ keyId: oldKeyId }, (current) => {
    if (!current) throw new AppError('not-found', `The key ${oldKeyId} is gone.`)
    if (current.replacedBy === newKeyId) return current
    // Never later than it would have ended by itself, and a second replacement does not put the end off.
    const isFirst = current.replacedBy === undefined
    const expiresAfter = isFirst && hardStop < current.expiresAfter ? hardStop : current.expiresAfter
    return { ...current, replacedBy: newKeyId, expiresAfter }
  })
}
