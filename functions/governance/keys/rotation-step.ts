// What the steps of a rotation have in common: they note when they were done, and record what they are about to do.
import type { AuditAction, AuditRecord } from '../../../shared/audit-log/audit-entry.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type KeyRotation, keyRotationTable } from './rotation-table.ts'

export type StepTools = {
  readonly store: Store
  readonly now: () => Date
  readonly services: Pick<Services, 'tenantSecrets' | 'registration' | 'peerKey' | 'audit' | 'config'>
}

type Stamp = Extract<keyof KeyRotation, `${string}At`>

export const rotationActor = 'function:ai-key-rotation-flow'

/** @param change may run several times; nothing is written when it returns `current` itself. @throws AppError `not-found` */
export const changeRotation = async (
  store: Store,
  { tenantId, rotationId }: Pick<KeyRotation, 'tenantId' | 'rotationId'>,
  change: (current: KeyRotation) => KeyRotation,
): Promise<KeyRotation> => {
  const { value } = await store.open(keyRotationTable).rotation.modify({ tenantId, rotationId }, (current) => {
    if (!current) throw new AppError('not-found', `The rotation ${rotationId} is gone.`)
    return change(current)
  })
  return value
}

/** The first time counts: a step that is repeated changes nothing. */
export const stamp = (
  { store, now }: Pick<StepTools, 'store' | 'now'>,
  rotation: KeyRotation,
  name: Stamp,
  more: Partial<KeyRotation> = {},
): Promise<KeyRotation> =>
  changeRotation(store, rotation, (current) =>
    current[name] === undefined ? { ...current, ...more, [name]: now().toISOString() } : current,
  )

/** Once for each step and key, before it is done. */
export const recordStep = async (
  { services }: StepTools,
  { tenantId, rotationId, integration }: KeyRotation,
  action: AuditAction,
  keyId: string,
): Promise<void> => {
  const record: AuditRecord = {
    action,
    outcome: 'asked',
    actor: rotationActor,
    subjects: [keyId],
    facts: { integration, rotation: rotationId },
  }
  await (await services.audit()).append(tenantId, record, `${action} ${keyId} ${rotationId}`)
}

/** @throws AppError `internal` for a step before its time */
export const newKeyIdOf = ({ newKeyId, rotationId }: KeyRotation): string => {
  if (newKeyId !== undefined) return newKeyId
  throw new AppError('internal', `The rotation ${rotationId} has no new key yet.`)
}
