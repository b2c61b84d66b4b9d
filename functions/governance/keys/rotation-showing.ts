// A key that no product is handed is shown once, by the answer to who asked for it. What nobody was shown does not come to be.
import { integrationKeyTable, revokeKey } from '../../../shared/auth/integration-key.ts'
import { AppError } from '../../../shared/errors.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { cancelRotation } from './rotation-completion.ts'
import { createNewKey } from './rotation-creation.ts'
import { type StepTools, changeRotation, recordStep, rotationActor } from './rotation-step.ts'
import { type KeyRotation, isHandedOver } from './rotation-table.ts'

/**
 * The step that makes the new key. One that an answer has to show is made by who asks for it, before the orchestration is started: where none
 * has shown it by now, whoever asked was told that it failed, and the rotation is over.
 */
export const createUnlessUnseen = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  if (isHandedOver(rotation)) return createNewKey(tools, rotation)
  const { rotation: decided } = await decide(tools, rotation, 'withdrawnAt')
  return decided.withdrawnAt === undefined ? createNewKey(tools, decided) : withdraw(tools, decided)
}

/** Ends the rotation, and the new key with it. */
export const withdraw = async (tools: StepTools, rotation: KeyRotation): Promise<KeyRotation> => {
  const { tenantId, rotationId, newKeyId } = rotation
  log.warn('key.rotation.withdrawn', { tenantId, rotationId })
  if (newKeyId !== undefined) await endUnseen(tools, rotation, newKeyId)
  return cancelRotation(tools, rotation)
}

/** Called before the answer is given that shows the key: of several, one shows it. @throws AppError `conflict` for all others */
export const noteShown = async (tools: StepTools, rotation: KeyRotation): Promise<void> => {
  const { rotation: decided, isFirst } = await decide(tools, rotation, 'shownAt')
  if (isFirst) return
  if (decided.shownAt !== undefined) throw shownAlready(decided)
  // It was made while the rotation was being ended.
  await endUnseen(tools, decided, decided.newKeyId ?? '')
  throw new AppError('conflict', `The key ${decided.oldKeyId} was not replaced in time. Ask for it again.`)
}

export const shownAlready = ({ oldKeyId, newKeyId }: KeyRotation): AppError =>
  new AppError(
    'conflict',
    `The key ${oldKeyId} is being replaced by ${newKeyId} already. Revoke that one to begin again.`,
  )

/** Whatever is decided first counts. */
const decide = async (
  { store, now }: StepTools,
  rotation: KeyRotation,
  name: 'shownAt' | 'withdrawnAt',
): Promise<{ readonly rotation: KeyRotation; readonly isFirst: boolean }> => {
  let isFirst = false
  const decided = await changeRotation(store, rotation, (current) => {
    isFirst = current.shownAt === undefined && current.withdrawnAt === undefined
    return isFirst ? { ...current, [name]: now().toISOString() } : current
  })
  return { rotation: decided, isFirst }
}

const endUnseen = async (tools: StepTools, rotation: KeyRotation, keyId: string): Promise<void> => {
  const made = await tools.store.open(integrationKeyTable).key.get({ keyId })
  if (!made || made.value.revoked) return
  await recordStep(tools, rotation, 'key.revoked', keyId)
  const { tenantId } = rotation
  await revokeKey(tools.store, { tenantId, keyId }, { at: tools.now().toISOString(), by: rotationActor })
}
