// The control API of the CRM stand-in as functions: what CRM got of one tenant, changes that people make there, and faults.
import { z } from 'zod'
import { StoredOpportunity } from '../../shared/peers/crm/stand-in/state.ts'
import type { Fault } from '../../local/stand-ins/faults.ts'
import type { CrmStage } from '../../shared/peers/crm/contract.ts'
import type { CrmOperation } from '../../shared/peers/crm/operations.ts'

const ShownOpportunity = StoredOpportunity.extend({ url: z.string() })
export type ShownOpportunity = z.infer<typeof ShownOpportunity>

export type CrmControl = {
  /** Everything that CRM keeps of each of the tenant's opportunities, in the order of their creation. */
  readonly opportunities: () => Promise<readonly ShownOpportunity[]>
  readonly setStage: (id: string, stage: CrmStage) => Promise<void>
  /** The companies that CRM knows from now on. */
  readonly setCompanies: (companyIds: readonly string[]) => Promise<void>
  /** Puts a company that one person sees, and nobody else. */
  readonly showCompany: (userId: string, id: string) => Promise<void>
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** How often each operation was asked for. */
  readonly requests: () => Promise<Partial<Record<CrmOperation, number>>>
  /** Forgets the tenant's opportunities, companies, faults and counts. */
  readonly reset: () => Promise<void>
}

export const crmControl = (crmUrl: string, tenantId: string): CrmControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${crmUrl}/_control/${path}?tenantId=${encodeURIComponent(tenantId)}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`CRM refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : await response.json()
  }
  return {
    opportunities: async () =>
      z.object({ opportunities: z.array(ShownOpportunity) }).parse(await call('GET', 'opportunities')).opportunities,
    setStage: async (id, stage) => void (await call('PATCH', `opportunities/${encodeURIComponent(id)}`, { stage })),
    setCompanies: async (companyIds) => void (await call('PUT', 'companies', { companyIds })),
    showCompany: async (userId, id) => {
      await call('PUT', 'readers', { readers: [{ userId, role: 'member', clientIds: [id] }] })
      const record = { name: 'Northwind Traders', recentActivities: [], openOpportunities: [], primaryContact: null }
      await call('PUT', `records/company/${encodeURIComponent(id)}`, { clientId: id, record })
    },
    setFaults: async (...faults) => void (await call('PUT', 'faults', faults)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await call('GET', 'requests')).counts,
    reset: async () => void (await call('POST', 'reset')),
  }
}
