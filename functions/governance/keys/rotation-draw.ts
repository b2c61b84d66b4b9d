// Draws the new key of a rotation. Of several that are drawn one wins, and what the vault has of the others is deleted.
import { environmentOf } from '../../../shared/auth/key-environment.ts'
import { newKey } from '../../../shared/auth/key-form.ts'
import { AppError } from '../../../shared/errors.ts'
import { keepKeySecret, keySecretName } from '../../../shared/secrets/peer-keys.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type StepTools, changeRotation } from './rotation-step.ts'
import type { KeyRotation } from './rotation-table.ts'

/** Whoever has drawn as many keys before in vain is at work no more. */
const drawnMax = 20

/**
 * The rotation with the id of its new key, whose secret the vault has: drawn by lot, the id into the rotation first, so that no secret is in
 * the vault of which the rotation does not know. Of all who do so at once, or again, one wins.
 * @throws AppError `vault-unavailable`, `not-configured`; `conflict` when the rotation was given up in the meantime
 */
export const claimKeyId = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  if (rotation.newKeyId !== undefined) return rotation
  const { tenantId, rotationId } = rotation
  const { keyId, key } = newKey(environmentOf(tools.services.config))
  const noted = await noteDrawn(tools, rotation, keyId)
  if (!isUndecided(noted)) return requireWon(noted)
  await keepKeySecret((await tools.services.tenantSecrets()).vault, { tenantId, keyId, key })
  const claimed = await changeRotation(tools.store, rotation, (current) => {
    // One that is listed no more may be deleted by now.
    const isGood = isUndecided(current) && current.drawnKeyIds?.includes(keyId)
    return isGood ? { ...current, newKeyId: keyId } : current
  })
  const lost = claimed.newKeyId === keyId ? lostOf(claimed) : [...lostOf(claimed), keyId]
  // What is left of them goes when the rotation ends.
  await forget(tools, lost).catch((error: unknown) =>
    log.warn('key.rotation.leftover', { tenantId, rotationId, error }),
  )
  return requireWon(claimed)
}

const requireWon = (rotation: KeyRotation): KeyRotation => {
  if (rotation.newKeyId !== undefined) return rotation
  throw new AppError('conflict', `The rotation ${rotation.rotationId} was given up in the meantime. Ask for it again.`)
}

/** Of a rotation that ends the vault keeps what we call with: whoever calls us has its key. @throws AppError `vault-unavailable` */
export const forgetDrawn = (tools: StepTools, rotation: KeyRotation): Promise<void> => {
  const { verifier, newKeyId, drawnKeyIds = [] } = rotation
  return forget(tools, verifier || newKeyId === undefined ? lostOf(rotation) : [...drawnKeyIds, newKeyId])
}

const isUndecided = ({ newKeyId, withdrawnAt }: KeyRotation): boolean =>
  newKeyId === undefined && withdrawnAt === undefined

const lostOf = (rotation: KeyRotation): readonly string[] =>
  isUndecided(rotation) ? [] : (rotation.drawnKeyIds ?? []).filter((keyId) => keyId !== rotation.newKeyId)

const forget = async ({ services }: StepTools, keyIds: readonly string[]): Promise<void> => {
  const { vault } = await services.tenantSecrets()
  for (const keyId of new Set(keyIds)) await vault.delete(keySecretName(keyId))
}

const noteDrawn = async (tools: StepTools, rotation: KeyRotation, keyId: string): Promise<KeyRotation> => {
  let dropped: readonly string[] = []
  const noted = await changeRotation(tools.store, rotation, (current) => {
    dropped = []
    if (!isUndecided(current)) return current
    const { drawnKeyIds = [] } = current
    dropped = drawnKeyIds.slice(0, Math.max(0, drawnKeyIds.length + 1 - drawnMax))
    return { ...current, drawnKeyIds: [...drawnKeyIds.slice(dropped.length), keyId] }
  })
  // Only once they are listed no more: until then one of them may win.
  await forget(tools, dropped)
  return noted
}
