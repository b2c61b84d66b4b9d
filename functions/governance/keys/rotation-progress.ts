// How far a rotation is, as people and operators see it.
import type * as z from 'zod'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import { readWait } from '../../../shared/flows/flow-wait.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { Rotation } from './contract.ts'
import type { KeyRotation } from './rotation-table.ts'

export const showRotation = async (
  tools: { readonly store: Store; readonly now: () => Date },
  rotation: KeyRotation,
): Promise<z.input<typeof Rotation>> => {
  const { tenantId, rotationId, attempt, by, outcome, scopes: _scopes, label: _label, ...shown } = rotation
  const { verifier: _verifier, consumer: _consumer, drawnKeyIds: _drawn, ...facts } = shown
  const requestId = requestIdOf(rotationId, attempt)
  const waitingFor = outcome === undefined ? await readWait(tools, { tenantId, requestId }) : undefined
  return {
    id: rotationId,
    requestedBy: by,
    state: outcome ?? 'running',
    ...facts,
    ...(waitingFor && { waitingFor }),
  }
}
