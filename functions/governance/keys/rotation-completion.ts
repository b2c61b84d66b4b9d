// The second half of a rotation: the new key is waited for, who has not taken it is named, and the old one is retired.
import { type StoredKey, integrationKeyTable, revokeKey } from '../../../shared/auth/integration-key.ts'
import { keyUseSummary } from '../../../shared/auth/key-use-report.ts'
import { AppError } from '../../../shared/errors.ts'
import { recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { integrationNames } from '../../../shared/integrations.ts'
import { keySecretName } from '../../../shared/secrets/peer-keys.ts'
import { overlapDays } from './rotation-creation.ts'
import { forgetDrawn } from './rotation-draw.ts'
import { type StepTools, newKeyIdOf, recordStep, rotationActor, stamp } from './rotation-step.ts'
import { type KeyRotation, dueMarkerOf, keyRotationTable, openMarkerOf } from './rotation-table.ts'

const dayMs = 86_400_000
/** After so long somebody is told that the consumer has not taken the new key. */
const patienceDays = 7
/** The old one goes when nobody has used it for so long. */
const quietDays = 1
const lookEveryMs = 6 * 3_600_000

export type Look =
  | { readonly next: 'retire' | 'cancel' }
  /** Look again at that time. */
  | { readonly next: 'wait'; readonly at: string }

/** Whether the consumer is on the new key alone. */
export const lookAtAdoption = async (tools: StepTools, rotation: KeyRotation): Promise<Look> => {
  const { promotedAt, oldKeyId } = rotation
  if (promotedAt === undefined) throw new AppError('internal', 'The new key is not promoted yet.')
  const rows = tools.store.open(integrationKeyTable).key
  const fresh = (await rows.get({ keyId: newKeyIdOf(rotation) }))?.value
  // What is being replaced in turn was no mistake: the old key goes as it would have.
  if (!fresh || (fresh.revoked && fresh.rotation === undefined)) return { next: 'cancel' }
  const old = oldKeyId === undefined ? undefined : (await rows.get({ keyId: oldKeyId }))?.value
  const seen = await (rotation.verifier ? seenByPeer : seenHere)(tools, rotation)
  if (seen.fresh !== undefined) await stamp(tools, rotation, 'adoptedAt')
  const time = tools.now().getTime()
  const since = (days: number, from: string): number => Date.parse(from) + days * dayMs
  const quietAt = quietTime(old, seen, promotedAt)
  const hardStop = since(overlapDays, promotedAt)
  if (time >= hardStop || (quietAt !== undefined && time >= quietAt)) return { next: 'retire' }
  const patienceEnds = since(patienceDays, promotedAt)
  if (seen.fresh === undefined && time >= patienceEnds) await tellOfAbsence(tools, rotation)
  const moments = [quietAt, patienceEnds, hardStop].filter((at): at is number => at !== undefined && at > time)
  return { next: 'wait', at: new Date(Math.min(time + lookEveryMs, ...moments)).toISOString() }
}

type Seen = { readonly fresh: string | undefined; readonly old: string | undefined }

/** When the old key may go; undefined while the new one was never used. */
const quietTime = (old: StoredKey | undefined, seen: Seen, promotedAt: string): number | undefined => {
  if (seen.fresh === undefined) return undefined
  if (!old || old.revoked) return 0
  const uses = [promotedAt, seen.fresh, ...(seen.old === undefined ? [] : [seen.old])]
  return Math.max(...uses.map((use) => Date.parse(use))) + quietDays * dayMs
}

/** The first use of the new key, and the last one of the old: their consumer calls us. */
const seenHere = async ({ store }: StepTools, rotation: KeyRotation): Promise<Seen> => {
  const { tenantId, oldKeyId } = rotation
  const fresh = await keyUseSummary(store, tenantId, newKeyIdOf(rotation))
  const old = oldKeyId === undefined ? undefined : await keyUseSummary(store, tenantId, oldKeyId)
  return { fresh: fresh.firstUsedAt, old: old?.lastUsedAt }
}

/** By the word of the product that we call. An organization without traffic would never be seen: so it is called once, as it always is. */
const seenByPeer = async (tools: StepTools, rotation: KeyRotation): Promise<Seen> => {
  const { tenantId, verifier, oldKeyId, adoptedAt } = rotation
  if (!verifier) return { fresh: undefined, old: undefined }
  const registration = await tools.services.registration(verifier)
  const newKeyId = newKeyIdOf(rotation)
  const present = adoptedAt === undefined ? await tools.services.peerKey(verifier, tenantId) : undefined
  if (present !== undefined) await registration.tryKey(tenantId, present)
  const keys = await registration.listKeys(tenantId)
  const lastSeen = (keyId: string | undefined) => keys.find((key) => key.keyId === keyId)?.lastSeenAt
  // It was seen when it was tested as well, by us and by nobody else.
  const isAdopted = adoptedAt !== undefined || present?.includes(`_${newKeyId}_`)
  return { fresh: isAdopted ? (adoptedAt ?? lastSeen(newKeyId)) : undefined, old: lastSeen(oldKeyId) }
}

const tellOfAbsence = async (tools: StepTools, rotation: KeyRotation): Promise<void> => {
  if (rotation.missedAt !== undefined) return
  const { tenantId, integration, oldKeyId } = rotation
  const keyId = newKeyIdOf(rotation)
  const [consumer] = integration.split('→')
  const text = `${consumer}, the consumer of ${integration}, has not used its new key ${keyId}.`
  const end = oldKeyId === undefined ? '' : ` ${oldKeyId} ends ${overlapDays} days after the new one was promoted.`
  const error = new AppError('key-not-adopted', text + end)
  const named = integrationNames.find((name) => name === integration) ?? 'suite→keys'
  await recordIncident(tools, { integration: named, operation: 'adopt a new key', thing: keyId, tenantId, error })
  await stamp(tools, rotation, 'missedAt')
}

/** Refused by its verifier from now on, forgotten by its consumer, and deleted from the vault. */
export const retireOldKey = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  const { oldKeyId: keyId, tenantId, verifier, consumer } = rotation
  if (keyId === undefined) return endRotation(tools, rotation, 'done')
  const rows = tools.store.open(integrationKeyTable).key
  const old = (await rows.get({ keyId }))?.value
  if (old && !old.revoked) {
    await recordStep(tools, rotation, 'key.revoked', keyId)
    const revoked = { at: tools.now().toISOString(), by: rotationActor }
    if (verifier) await (await tools.services.registration(verifier)).retireKey(tenantId, keyId)
    await revokeKey(tools.store, { tenantId, keyId }, revoked)
  }
  if (consumer) await (await tools.services.registration(consumer)).retireKey(tenantId, keyId)
  await (await tools.services.tenantSecrets()).vault.delete(keySecretName(keyId))
  if (old) await tools.store.open(keyRotationTable).due.delete(dueMarkerOf(old))
  return endRotation(tools, await stamp(tools, rotation, 'retiredAt'), 'done')
}

/** Of the new key nothing is to come: the old one stays what it was, and may be replaced anew. */
export const cancelRotation = (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> =>
  endRotation(tools, rotation, 'cancelled')

const endRotation = async (
  tools: StepTools,
  rotation: KeyRotation,
  outcome: NonNullable<KeyRotation['outcome']>,
): Promise<KeyRotation> => {
  await forgetDrawn(tools, rotation)
  const ended = await stamp(tools, rotation, 'endedAt', { outcome })
  await tools.store.open(keyRotationTable).open.delete(openMarkerOf(ended))
  return ended
}
