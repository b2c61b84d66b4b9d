// What the On-Call stand-in keeps, and the changes that its journal remembers.
import { z } from 'zod'
import type { Journal } from '../../../../local/stand-ins/journal.ts'
import { OnCallAlert, OnCallAlertDraft } from '../contract.ts'

export const StoredAlert = OnCallAlert.extend({
  tenantId: z.string(),
  draft: OnCallAlertDraft,
  resolution: z.string().nullable(),
})
export type StoredAlert = z.infer<typeof StoredAlert>

export const OnCallChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alert'), alert: StoredAlert }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
])
export type OnCallChange = z.infer<typeof OnCallChange>

/** @param changes what the journal remembers, oldest first; summed up in it here */
export const createOnCallAlerts = (journal: Journal<OnCallChange>, changes: readonly OnCallChange[]) => {
  const alerts = new Map<string, StoredAlert>()
  const ofTenant = (tenantId: string | undefined): StoredAlert[] =>
    [...alerts.values()].filter((alert) => tenantId === undefined || alert.tenantId === tenantId)

  const apply = (change: OnCallChange): void => {
    if (change.kind === 'alert') alerts.set(keyOf(change.alert.tenantId, change.alert.reference), change.alert)
    else for (const { tenantId, reference } of ofTenant(change.tenantId)) alerts.delete(keyOf(tenantId, reference))
  }
  const record = (change: OnCallChange): void => {
    journal.append(change)
    apply(change)
  }
  const keep = (alert: StoredAlert): StoredAlert => {
    record({ kind: 'alert', alert })
    return alert
  }

  for (const change of changes) apply(change)
  journal.rewrite([...alerts.values()].map((alert) => ({ kind: 'alert', alert })))

  return {
    get: (tenantId: string, reference: string): StoredAlert | undefined => alerts.get(keyOf(tenantId, reference)),
    /** Only when the tenant has none with this reference. */
    raise: (tenantId: string, reference: string, draft: OnCallAlertDraft): StoredAlert =>
      keep({
        tenantId,
        reference,
        state: 'open',
        urgency: draft.urgency,
        acknowledgedBy: null,
        acknowledgedAt: null,
        createdAt: new Date().toISOString(),
        draft,
        resolution: null,
      }),
    /** The first one who takes it stays the one who took it. */
    acknowledge: (alert: StoredAlert, by: string): StoredAlert =>
      alert.state === 'open'
        ? keep({ ...alert, state: 'acknowledged', acknowledgedBy: by, acknowledgedAt: new Date().toISOString() })
        : alert,
    resolve: (alert: StoredAlert, reason: string): StoredAlert =>
      alert.state === 'resolved' ? alert : keep({ ...alert, state: 'resolved', resolution: reason }),
    /** In the order in which they came. */
    list: (tenantId?: string): readonly StoredAlert[] => ofTenant(tenantId),
    reset: (tenantId?: string): void => record({ kind: 'reset', ...(tenantId !== undefined && { tenantId }) }),
  }
}
export type OnCallAlerts = ReturnType<typeof createOnCallAlerts>

const keyOf = (tenantId: string, reference: string): string => JSON.stringify([tenantId, reference])
