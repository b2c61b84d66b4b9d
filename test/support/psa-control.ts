// The control API of the PSA stand-in as functions: what PSA got of one tenant, changes that people make there, and faults.
import { z } from 'zod'
import type { Fault } from '../../local/stand-ins/faults.ts'
import { StoredAgent, StoredProject, StoredTicket } from '../../shared/peers/psa/stand-in/state.ts'
import type { PsaTicket, PsaTicketStatus } from '../../shared/peers/psa/ticket-contract.ts'
import type { PsaProjectStatus } from '../../shared/peers/psa/project-contract.ts'
import type { PsaOperation } from '../../shared/peers/psa/operations.ts'

const ShownTicket = StoredTicket.extend({ url: z.string() })
export type ShownTicket = z.infer<typeof ShownTicket>

const ShownProject = StoredProject.extend({ url: z.string() })
type ShownProject = z.infer<typeof ShownProject>

export type PsaControl = {
  /** Everything that PSA keeps of each of the tenant's tickets, oldest first. */
  readonly tickets: () => Promise<readonly ShownTicket[]>
  /** In the order of their creation, inactive ones included. */
  readonly agents: () => Promise<readonly StoredAgent[]>
  readonly change: (
    id: string,
    change: {
      readonly status?: PsaTicketStatus
      readonly closedAt?: string
      readonly assignee?: PsaTicket['assignee']
    },
  ) => Promise<void>
  /** Everything that PSA keeps of each of the tenant's projects, oldest first. */
  readonly projects: () => Promise<readonly ShownProject[]>
  readonly changeProject: (
    id: string,
    change: { readonly status?: PsaProjectStatus; readonly estimateHours?: number },
  ) => Promise<void>
  readonly deleteProject: (id: string) => Promise<void>
  readonly delete: (id: string) => Promise<void>
  readonly setCompanies: (companyIds: readonly string[]) => Promise<void>
  readonly setAccess: (allowed: boolean) => Promise<void>
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** How often each operation was asked for. */
  readonly requests: () => Promise<Partial<Record<PsaOperation, number>>>
}

export const psaControl = (psaUrl: string, tenantId: string): PsaControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${psaUrl}/_control/${path}?tenantId=${encodeURIComponent(tenantId)}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`PSA refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : await response.json()
  }
  return {
    tickets: async () =>
      z
        .object({ tickets: z.array(ShownTicket) })
        .parse(await call('GET', 'tickets'))
        .tickets.sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1))),
    agents: async () => z.object({ agents: z.array(StoredAgent) }).parse(await call('GET', 'agents')).agents,
    projects: async () => z.object({ projects: z.array(ShownProject) }).parse(await call('GET', 'projects')).projects,
    changeProject: async (id, change) => void (await call('PATCH', `projects/${id}`, change)),
    deleteProject: async (id) => void (await call('DELETE', `projects/${id}`)),
    change: async (id, change) => void (await call('PATCH', `tickets/${id}`, change)),
    delete: async (id) => void (await call('DELETE', `tickets/${id}`)),
    setCompanies: async (companyIds) => void (await call('PUT', 'companies', { companyIds })),
    setAccess: async (allowed) => void (await call('PUT', 'access', { allowed })),
    setFaults: async (...faults) => void (await call('PUT', 'faults', faults)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await call('GET', 'requests')).counts,
  }
}
