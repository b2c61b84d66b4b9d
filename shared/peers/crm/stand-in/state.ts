// What the CRM stand-in keeps, and the changes that its journal remembers.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { CrmOpportunity, CrmOpportunityDraft, type CrmStage } from '../contract.ts'
import type { Journal } from '../../../../local/stand-ins/journal.ts'

/** An opportunity with what the wire does not give back. Its `url` depends on the port and is added when it is shown. */
export const StoredOpportunity = z.object({
  ...CrmOpportunity.omit({ url: true }).shape,
  ...CrmOpportunityDraft.pick({ description: true, source: true, type: true, links: true }).shape,
  tenantId: z.string(),
})
export type StoredOpportunity = z.infer<typeof StoredOpportunity>

export const CrmChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opportunity'), opportunity: StoredOpportunity }),
  z.object({ kind: z.literal('companies'), tenantId: z.string(), companyIds: z.array(z.string()) }),
  z.object({ kind: z.literal('reset'), tenantId: z.string().optional() }),
])
export type CrmChange = z.infer<typeof CrmChange>

type CrmState = {
  readonly opportunities: Map<string, StoredOpportunity>
  /** By tenant and external reference. */
  readonly idByReference: Map<string, string>
  readonly companyIds: Map<string, ReadonlySet<string>>
}

/**
 * Everything is synchronous: a check and the change that follows from it are one step, whatever arrives in parallel.
 * @param changes what the journal remembers, oldest first; summed up in it here
 */
export const createCrmOpportunities = (journal: Journal<CrmChange>, changes: readonly CrmChange[]) => {
  const state: CrmState = { opportunities: new Map(), idByReference: new Map(), companyIds: new Map() }
  const record = (change: CrmChange): void => {
    journal.append(change)
    applyChange(state, change)
  }
  const save = (opportunity: StoredOpportunity): StoredOpportunity => {
    record({ kind: 'opportunity', opportunity })
    return opportunity
  }
  const get = (id: string, tenantId?: string): StoredOpportunity | undefined => {
    const opportunity = state.opportunities.get(id)
    return tenantId === undefined || opportunity?.tenantId === tenantId ? opportunity : undefined
  }

  for (const change of changes) applyChange(state, change)
  journal.rewrite(snapshot(state))

  return {
    get,
    findByReference: (tenantId: string, externalReference: string): StoredOpportunity | undefined =>
      get(state.idByReference.get(keyOf(tenantId, externalReference)) ?? '', tenantId),
    /** In the order of their creation. */
    list: (tenantId?: string): readonly StoredOpportunity[] => ofTenant(state, tenantId),
    create: (tenantId: string, draft: CrmOpportunityDraft): StoredOpportunity => {
      const createdAt = now()
      return save({ ...draft, id: randomUUID(), stage: 'open', tenantId, createdAt, updatedAt: createdAt })
    },
    setStage: (opportunity: StoredOpportunity, stage: CrmStage): StoredOpportunity =>
      save({ ...opportunity, stage, updatedAt: now() }),
    hasCompany: (tenantId: string, companyId: string): boolean =>
      state.companyIds.get(tenantId)?.has(companyId) === true,
    setCompanyIds: (tenantId: string, companyIds: readonly string[]): void =>
      record({ kind: 'companies', tenantId, companyIds: [...companyIds] }),
    reset: (tenantId?: string): void => record({ kind: 'reset', ...(tenantId !== undefined && { tenantId }) }),
  }
}
export type CrmOpportunities = ReturnType<typeof createCrmOpportunities>

const now = (): string => new Date().toISOString()

const keyOf = (tenantId: string, externalReference: string): string => JSON.stringify([tenantId, externalReference])

const ofTenant = ({ opportunities }: CrmState, tenantId: string | undefined): StoredOpportunity[] =>
  [...opportunities.values()].filter((opportunity) => tenantId === undefined || opportunity.tenantId === tenantId)

const applyChange = (state: CrmState, change: CrmChange): void => {
  switch (change.kind) {
    case 'opportunity': {
      const { id, tenantId, externalReference } = change.opportunity
      state.opportunities.set(id, change.opportunity)
      state.idByReference.set(keyOf(tenantId, externalReference), id)
      return
    }
    case 'companies':
      state.companyIds.set(change.tenantId, new Set(change.companyIds))
      return
    case 'reset':
      for (const { id, tenantId, externalReference } of ofTenant(state, change.tenantId)) {
        state.opportunities.delete(id)
        state.idByReference.delete(keyOf(tenantId, externalReference))
      }
      if (change.tenantId === undefined) state.companyIds.clear()
      else state.companyIds.delete(change.tenantId)
  }
}

/** The shortest list of changes that leads to this state. */
const snapshot = ({ opportunities, companyIds }: CrmState): CrmChange[] => [
  ...[...companyIds].map(([tenantId, ids]): CrmChange => ({ kind: 'companies', tenantId, companyIds: [...ids] })),
  ...[...opportunities.values()].map((opportunity): CrmChange => ({ kind: 'opportunity', opportunity })),
]
