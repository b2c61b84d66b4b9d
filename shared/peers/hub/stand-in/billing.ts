// The billing of the Hub stand-in: what usage is recorded, and the changes that it is made of, which the journal keeps.
import { z } from 'zod'
import { type HubAdjustmentDraft, HubUsage } from '../contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

/** A day's usage with what its path says. */
export const StoredUsage = HubUsage.extend({ tenantId: z.string(), metric: z.string() })
export type StoredUsage = z.infer<typeof StoredUsage>

export const HubBillingChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('usage'), usage: StoredUsage }),
  z.object({ kind: z.literal('reset'), tenantId: z.string() }),
])
export type HubBillingChange = z.infer<typeof HubBillingChange>

export type UsageDay = Pick<StoredUsage, 'tenantId' | 'metric' | 'date'>

/** Everything is synchronous, as in the directory. */
export const createHubBilling = (journal: Journal<HubBillingChange>, earlier: readonly HubBillingChange[]) => {
  const days = new Map<string, StoredUsage>()

  const apply = (change: HubBillingChange): void => {
    if (change.kind === 'usage') days.set(keyOf(change.usage), change.usage)
    else for (const [key, { tenantId }] of days) if (tenantId === change.tenantId) days.delete(key)
  }
  const record = (change: HubBillingChange): void => {
    journal.append(change)
    apply(change)
  }
  for (const change of earlier) apply(change)
  journal.rewrite([...days.values()].map((usage) => ({ kind: 'usage', usage })))

  return {
    get: (day: UsageDay): StoredUsage | undefined => days.get(keyOf(day)),
    list: (tenantId?: string): readonly StoredUsage[] =>
      [...days.values()].filter((usage) => tenantId === undefined || usage.tenantId === tenantId),
    /** Of a day that has none. */
    report: (day: UsageDay, quantity: number): StoredUsage => {
      const usage = { ...day, quantity, recordedAt: new Date().toISOString(), adjustments: [] }
      record({ kind: 'usage', usage })
      return usage
    },
    /** With the day that it corrects, of whichever organization. */
    adjustment: (id: string) => {
      for (const usage of days.values()) {
        const adjustment = usage.adjustments.find((one) => one.id === id)
        if (adjustment) return { usage, adjustment }
      }
      return undefined
    },
    /** With an id that no adjustment has. */
    adjust: (usage: StoredUsage, id: string, { delta, reason }: HubAdjustmentDraft) => {
      const adjustment = { id, delta, reason, recordedAt: new Date().toISOString() }
      record({ kind: 'usage', usage: { ...usage, adjustments: [...usage.adjustments, adjustment] } })
      return adjustment
    },
    reset: (tenantId: string): void => record({ kind: 'reset', tenantId }),
  }
}
export type HubBilling = ReturnType<typeof createHubBilling>

const keyOf = ({ tenantId, metric, date }: UsageDay): string => JSON.stringify([tenantId, metric, date])
