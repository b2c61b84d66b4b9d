// Operators of the platform: their tokens, from the directory of the local stack, and their accesses.
import { randomUUID } from 'node:crypto'
import { localDirectoryId } from '../../local/operators/operator-issuer.ts'
import { type OperatorRole, operatorActor } from '../../shared/auth/caller.ts'
import { openAccess } from '../../shared/auth/operator-access.ts'
import type { Store } from '../../shared/store/store.ts'

export const actorOfOperator = (objectId: string): string => operatorActor({ directoryId: localDirectoryId, objectId })

/** @param directory base URL of the local directory */
export const operatorHeaders = async (
  directory: string,
  roles: readonly OperatorRole[],
  oid: string = randomUUID(),
): Promise<{ readonly authorization: string }> => {
  const response = await fetch(`${directory}/_control/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ roles, oid }),
  })
  const { token } = (await response.json()) as { token: string }
  return { authorization: `Bearer ${token}` }
}

/** An operator with an access to the organization. */
export const admittedOperator = async (
  { directory, store, now = new Date() }: { readonly directory: string; readonly store: Store; readonly now?: Date },
  tenantId: string,
  roles: readonly OperatorRole[],
): Promise<{ readonly authorization: string; readonly actor: string; readonly oid: string }> => {
  const oid = randomUUID()
  const actor = actorOfOperator(oid)
  await openAccess(store, { tenantId, operator: actor, reason: 'Asked by support', minutes: 60 }, now)
  return { ...(await operatorHeaders(directory, roles, oid)), actor, oid }
}
