// What a request for a rotation does at once; the rest is the orchestration's.
import { readKey, revokeKey } from '../../../shared/auth/integration-key.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { newKeyAnswer, showKey } from './key-life.ts'
import { beginRotation } from './rotation-begin.ts'
import { sendRotationCommand } from './rotation-command.ts'
import { createNewKey, readNewKey, revokeSuspected } from './rotation-creation.ts'
import { showRotation } from './rotation-progress.ts'
import { noteShown, shownAlready, withdraw } from './rotation-showing.ts'
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

type Order = {
  readonly tenantId: string
  readonly keyId: string
  readonly by: string
  readonly isSuspected: boolean
}

/**
 * A suspected key is ended before anything is answered. Where no product is handed the new key, the answer has it: it is made at once, and
 * does not come to be when that fails.
 * @throws AppError `not-found`, `conflict` as `beginRotation`; the errors of a peer that was to end a suspected key and did not: then it is
 * tried again by itself; `vault-unavailable`
 */
export const replaceKey = async (tools: Tools, order: Order) => {
  if (order.isSuspected) await endHere(tools, order)
  const rotation = await beginRotation(tools, order)
  if (isHandedOver(rotation)) return startReplacing(tools, rotation)
  if (rotation.withdrawnAt === undefined) return showNewKey(tools, rotation)
  await withdraw(tools, rotation)
  return showNewKey(tools, await beginRotation(tools, order))
}

const startReplacing = async (tools: Tools, rotation: KeyRotation) => {
  await requestRotation(tools.services, rotation)
  return { status: 202, body: await showRotation(tools, await revokeSuspected(tools, rotation)) } as const
}

const showNewKey = async (tools: Tools, rotation: KeyRotation) => {
  if (rotation.shownAt !== undefined) throw shownAlready(rotation)
  const { store, now, services } = tools
  const made = await createNewKey(tools, await revokeSuspected(tools, rotation))
  const { tenantId, rotationId, newKeyId = '' } = made
  const created = await showKey({ store, now: now() }, await readKey(store, tenantId, newKeyId))
  const key = await readNewKey(tools, made)
  await noteShown(tools, made)
  // The key is good, and nobody would see it: what is left to do is done by the timer then.
  await requestRotation(services, made).catch((error: unknown) =>
    log.warn('key.rotation.not_requested', { tenantId, rotationId, error }),
  )
  return newKeyAnswer({ created, key })
}

/** For who must not see keys. A key that the answer would have to show is ended when it is suspected, and replaced by an admin. */
export const replaceUnseen = async (tools: Tools, order: Order) => {
  const { peer, isDelivered } = await readKey(tools.store, order.tenantId, order.keyId)
  if (!isRotatedByItself({ peer, isDelivered })) {
    await endHere(tools, order)
    throw new AppError(
      'conflict',
      'The key has ended. An admin of the organization makes the one in its place, which the answer shows.',
    )
  }
  return startReplacing(tools, await beginRotation(tools, order))
}
