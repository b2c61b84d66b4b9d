// The control API of the Defend stand-in as functions: what Defend got of one tenant, and faults.
import { z } from 'zod'
import { DefendBehaviourScore } from '../../shared/peers/defend/behaviour-contract.ts'
import { StoredLogin } from '../../shared/peers/defend/stand-in/anomaly-state.ts'
import { StoredAuditEvent } from '../../shared/peers/defend/stand-in/state.ts'
import type { Fault } from '../../local/stand-ins/faults.ts'
import type { DefendOperation } from '../../shared/peers/defend/operations.ts'

export type DefendControl = {
  /** Everything that Defend keeps of the tenant's audit events, in the order in which they came. */
  readonly auditEvents: () => Promise<readonly StoredAuditEvent[]>
  /** The behaviour scores that Defend keeps, of each device and hour the newest. */
  readonly behaviourScores: () => Promise<readonly DefendBehaviourScore[]>
  /** What Defend was told last of each login. */
  readonly logins: () => Promise<readonly StoredLogin[]>
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** How often each operation was asked for. */
  readonly requests: () => Promise<Partial<Record<DefendOperation, number>>>
  /** Forgets the tenant's events, faults and counts. */
  readonly reset: () => Promise<void>
}

export const defendControl = (defendUrl: string, tenantId: string): DefendControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${defendUrl}/_control/${path}?tenantId=${encodeURIComponent(tenantId)}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`Defend refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : await response.json()
  }
  return {
    auditEvents: async () =>
      z.object({ auditEvents: z.array(StoredAuditEvent) }).parse(await call('GET', 'audit-events')).auditEvents,
    behaviourScores: async () =>
      z
        .object({ behaviourScores: z.array(z.object({ score: DefendBehaviourScore })) })
        .parse(await call('GET', 'behaviour-scores'))
        .behaviourScores.map(({ score }) => score),
    logins: async () => z.object({ logins: z.array(StoredLogin) }).parse(await call('GET', 'login-anomalies')).logins,
    setFaults: async (...faults) => void (await call('PUT', 'faults', faults)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await call('GET', 'requests')).counts,
    reset: async () => void (await call('POST', 'reset')),
  }
}
