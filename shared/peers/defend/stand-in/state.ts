// What the Defend stand-in keeps, and the changes that its journal remembers.
import { z } from 'zod'
import { DefendAuditEvent } from '../contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

export const StoredAuditEvent = DefendAuditEvent.extend({ tenantId: z.string(), receivedAt: z.iso.datetime() })
export type StoredAuditEvent = z.infer<typeof StoredAuditEvent>

export const DefendChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('audit-event'), event: StoredAuditEvent }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
])
export type DefendChange = z.infer<typeof DefendChange>

/** @param changes what the journal remembers, oldest first; summed up in it here */
export const createDefendEvents = (journal: Journal<DefendChange>, changes: readonly DefendChange[]) => {
  const events = new Map<string, StoredAuditEvent>()
  const ofTenant = (tenantId: string | undefined): StoredAuditEvent[] =>
    [...events.values()].filter((event) => tenantId === undefined || event.tenantId === tenantId)

  const apply = (change: DefendChange): void => {
    if (change.kind === 'audit-event') events.set(keyOf(change.event.tenantId, change.event.id), change.event)
    else for (const { tenantId, id } of ofTenant(change.tenantId)) events.delete(keyOf(tenantId, id))
  }
  const record = (change: DefendChange): void => {
    journal.append(change)
    apply(change)
  }

  for (const change of changes) apply(change)
  journal.rewrite([...events.values()].map((event) => ({ kind: 'audit-event', event })))

  return {
    /** False, and nothing changed, when the tenant has one with this id. */
    take: (tenantId: string, event: DefendAuditEvent): boolean => {
      if (events.has(keyOf(tenantId, event.id))) return false
      record({ kind: 'audit-event', event: { ...event, tenantId, receivedAt: new Date().toISOString() } })
      return true
    },
    /** In the order in which they came. */
    list: (tenantId?: string): readonly StoredAuditEvent[] => ofTenant(tenantId),
    reset: (tenantId?: string): void => record({ kind: 'reset', ...(tenantId !== undefined && { tenantId }) }),
  }
}
export type DefendEvents = ReturnType<typeof createDefendEvents>

const keyOf = (tenantId: string, id: string): string => JSON.stringify([tenantId, id])
