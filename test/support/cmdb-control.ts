// The control API of the CMDB stand-in as functions: what CMDB keeps of one tenant, changes that people make there, and faults.
import { z } from 'zod'
import { StoredAsset } from '../../shared/peers/cmdb/stand-in/state.ts'
import type { Fault } from '../../local/stand-ins/faults.ts'
import type { CmdbOperation } from '../../shared/peers/cmdb/operations.ts'

export type CmdbControl = {
  /** Active and retired ones, in the order of their creation. */
  readonly assets: () => Promise<readonly StoredAsset[]>
  readonly delete: (externalReference: string) => Promise<void>
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** How often each operation was asked for. */
  readonly requests: () => Promise<Partial<Record<CmdbOperation, number>>>
  /** Forgets the tenant's assets, faults and counts. */
  readonly reset: () => Promise<void>
}

export const cmdbControl = (cmdbUrl: string, tenantId: string): CmdbControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${cmdbUrl}/_control/${path}?tenantId=${encodeURIComponent(tenantId)}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`CMDB refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : await response.json()
  }
  return {
    assets: async () => z.object({ assets: z.array(StoredAsset) }).parse(await call('GET', 'assets')).assets,
    delete: async (externalReference) => void (await call('DELETE', `assets/${encodeURIComponent(externalReference)}`)),
    setFaults: async (...faults) => void (await call('PUT', 'faults', faults)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await call('GET', 'requests')).counts,
    reset: async () => void (await call('POST', 'reset')),
  }
}
