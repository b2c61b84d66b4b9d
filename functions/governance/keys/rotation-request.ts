// What a request for a rotation does at once; the rest is the orchestration's.
import { readKey, revokeKey } from '../../../shared/auth/integration-key.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import { newKeyAnswer, showKey } from './key-life.ts'
import { beginRotation } from './rotation-begin.ts'
import { sendRotationCommand } from './rotation-command.ts'
import { createNewKey, readNewKey, revokeSuspected } from './rotation-creation.ts'
import { showRotation } from './rotation-progress.ts'
import type { StepTools } from './rotation-step.ts'
import { type KeyRotation, isHandedOver, isRotatedByItself } from './rotation-table.ts'

type Tools = Pick<StepTools, 'store' | 'now'> & { readonly services: Services }

/** First of all, also when nothing may take its place. One that another product verifies is ended there, as the first step. */
const endHere = async (
  { store, now }: Tools,
  { tenantId, keyId, by }: { readonly tenantId: string; readonly keyId: string; readonly by: string },
): Promise<void> => {
  const { peer } = await readKey(store, tenantId, keyId)
  if (peer === undefined) await revokeKey(store, { tenantId, keyId }, { at: now().toISOString(), by })
}

/** @throws AppError `bus-unavailable`: then the timer starts it, or whoever asks again */
export const requestRotation = async (
  services: Pick<Services, 'queues'>,
  rotation: Pick<KeyRotation, 'tenantId' | 'rotationId'>,
): Promise<void> => sendRotationCommand(await services.queues(), rotation)

/**
 * A suspected key is ended before anything is answered. Where no product is handed the new key, the answer has it: it is made at once.
 * @throws AppError `not-found`, `conflict` as `beginRotation`; the errors of a peer that was to end a suspected key and did not: then it is
 * tried again by itself
 */
export const replaceKey = async (
  tools: Tools,
  order: { readonly tenantId: string; readonly keyId: string; readonly by: string; readonly isSuspected: boolean },
) => {
  if (order.isSuspected) await endHere(tools, order)
  const { rotation, isNew } = await beginRotation(tools, order)
  if (!isHandedOver(rotation) && !isNew && rotation.newKeyId !== undefined)
    throw new AppError(
      'conflict',
      `The key ${order.keyId} is being replaced by ${rotation.newKeyId} already. Revoke that one to begin again.`,
    )
  await requestRotation(tools.services, rotation)
  const begun = await revokeSuspected(tools, rotation)
  if (isHandedOver(begun)) return { status: 202, body: await showRotation(tools, begun) } as const
  const made = await createNewKey(tools, begun)
  const { tenantId, newKeyId = '' } = made
  const created = await showKey(
    { store: tools.store, now: tools.now() },
    await readKey(tools.store, tenantId, newKeyId),
  )
  return newKeyAnswer({ created, key: await readNewKey(tools, made) })
}

/** For who must not see keys. A key that the answer would have to show is ended when it is suspected, and replaced by an admin. */
export const replaceUnseen = async (tools: Tools, order: Parameters<typeof replaceKey>[1]) => {
  const { peer, isDelivered } = await readKey(tools.store, order.tenantId, order.keyId)
  if (!isRotatedByItself({ peer, isDelivered })) {
    await endHere(tools, order)
    throw new AppError(
      'conflict',
      'The key has ended. An admin of the organization makes the one in its place, which the answer shows.',
    )
  }
  const { rotation } = await beginRotation(tools, order)
  await requestRotation(tools.services, rotation)
  return { status: 202, body: await showRotation(tools, await revokeSuspected(tools, rotation)) } as const
}
