// What the Defend stand-in was told of logins: of each in its highest version.
import { z } from 'zod'
import { DefendLoginAnomalies } from '../anomaly-contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

export const StoredLogin = DefendLoginAnomalies.extend({ tenantId: z.string(), id: z.string() })
export type StoredLogin = z.infer<typeof StoredLogin>

export const AnomalyChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('login'), login: StoredLogin }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
])
type AnomalyChange = z.infer<typeof AnomalyChange>

/** @param changes what the journal remembers, oldest first; summed up in it here */
export const createLoginAnomalies = (journal: Journal<AnomalyChange>, changes: readonly AnomalyChange[]) => {
  const kept = new Map<string, StoredLogin>()
  const list = (tenantId?: string): readonly StoredLogin[] =>
    [...kept.values()].filter((login) => tenantId === undefined || login.tenantId === tenantId)
  const apply = (change: AnomalyChange): void => {
    if (change.kind === 'reset') for (const login of list(change.tenantId)) kept.delete(keyOf(login))
    else if (change.login.version >= (kept.get(keyOf(change.login))?.version ?? 0))
      kept.set(keyOf(change.login), change.login)
  }
  const record = (change: AnomalyChange): void => {
    journal.append(change)
    apply(change)
  }

  for (const change of changes) apply(change)
  journal.rewrite([...kept.values()].map((login) => ({ kind: 'login', login })))

  return {
    put: (login: StoredLogin): void => record({ kind: 'login', login }),
    list,
    reset: (tenantId?: string): void => record({ kind: 'reset', ...(tenantId !== undefined && { tenantId }) }),
    close: journal.close,
  }
}
export type LoginAnomalies = ReturnType<typeof createLoginAnomalies>

const keyOf = ({ tenantId, id }: Pick<StoredLogin, 'tenantId' | 'id'>): string => JSON.stringify([tenantId, id])
