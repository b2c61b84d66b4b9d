// Starts the orchestrations of rotations: of one that somebody asked for, of those that were left half-way, and of keys that are due.
import { integrationKeyTable } from '../../../shared/auth/integration-key.ts'
import type { AuditLog } from '../../../shared/audit-log/audit-log.ts'
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../../shared/flows/flow-request.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import type { Store } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { keyRotationFlowName } from './flow-name.ts'
import { beginRotation, readRotation } from './rotation-begin.ts'
import { type KeyRotation, dueAtOf, keyRotationTable, openMarkerOf, rotationBuckets } from './rotation-table.ts'

export type Starting = { readonly store: Store; readonly now: () => Date; readonly flows: Pick<FlowClient, 'start'> }

const startWork = { integration: 'suite→keys', operation: 'start due rotations' } as const

/** Starting it again changes nothing while it is at work; one that failed is begun once more. */
export const startRotation = async (
  tools: Starting,
  key: Pick<KeyRotation, 'tenantId' | 'rotationId'>,
): Promise<boolean> => {
  const rotation = await readRotation(tools.store, key)
  if (!rotation) return false
  if (rotation.endedAt !== undefined) {
    await tools.store.open(keyRotationTable).open.delete(openMarkerOf(rotation))
    return false
  }
  const { tenantId, rotationId, attempt, by } = rotation
  const starting = {
    flows: tools.flows,
    flow: keyRotationFlowName,
    tenantId,
    requestedBy: by,
    // Also one that came to its end: the rotation has not.
    cameToNothing: ({ state }: FlowRequest) => state === 'failed' || state === 'completed' || state === 'cancelled',
    recordAttempt: (next: number) => noteAttempt(tools.store.open(keyRotationTable).rotation, rotation, next),
  }
  await startAttempt(starting, { id: rotationId, attempt })
  return true
}

/** Rotations that a day begins. What is due beyond that is due the next day as well, and older then. */
const startsMax = 500

/** @param signal aborted when the run has to stop; the next one goes on */
export const startDueRotations = async (
  tools: Starting & { readonly audit: AuditLog },
  signal: AbortSignal,
): Promise<void> => {
  const counts = { continued: 0, begun: 0, failed: 0 }
  const apart = async (tenantId: string, work: () => Promise<void>): Promise<void> => {
    const event = 'key.rotation.not_started'
    if (!(await keptApart(tools, { ...startWork, tenantId, event }, work))) counts.failed += 1
  }
  const rows = tools.store.open(keyRotationTable)
  for (const bucket of rotationBuckets.names)
    for await (const { value } of rows.open.each({ bucket }, { signal }))
      await apart(value.tenantId, async () => {
        if (await startRotation(tools, value)) counts.continued += 1
      })
  for (const bucket of rotationBuckets.names)
    for await (const { value } of rows.due.each({ bucket }, { signal })) {
      // The first that is due comes first: those after it are due later.
      if (value.dueAt > tools.now().toISOString() || counts.begun >= startsMax) break
      await apart(value.tenantId, async () => {
        const became = await beginDue(tools, value)
        if (became === 'begun') counts.begun += 1
        if (became === 'over') await rows.due.delete(value)
      })
    }
  log.info('key.rotations.started', counts)
}

/** `over`: there is nothing to rotate any more, and the marker can go. */
const beginDue = async (
  tools: Starting & { readonly audit: AuditLog },
  { tenantId, keyId, dueAt }: { readonly tenantId: string; readonly keyId: string; readonly dueAt: string },
): Promise<'begun' | 'at work' | 'over'> => {
  const key = (await tools.store.open(integrationKeyTable).key.get({ keyId }))?.value
  if (!key || key.revoked || dueAtOf(key) !== dueAt) return 'over'
  if (Date.parse(key.expiresAfter) <= tools.now().getTime()) return 'over'
  const { rotation: rotationId } = key
  const known = rotationId === undefined ? undefined : await readRotation(tools.store, { tenantId, rotationId })
  if (known && known.outcome !== 'cancelled') return 'at work'
  const by = 'function:ai-key-rotation-timer'
  await tools.audit.append(
    tenantId,
    { action: 'key.rotated', outcome: 'asked', actor: by, subjects: [keyId] },
    `key due ${keyId}`,
  )
  const rotation = await beginRotation(tools, { tenantId, keyId, by, isSuspected: false })
  await startRotation(tools, rotation)
  return 'begun'
}
