// The control API of the Bus stand-in as functions: what the bus took of one tenant, and faults.
import { z } from 'zod'
import type { PublishedEvent } from '../../shared/peers/bus/stand-in/event-log.ts'
import type { Fault } from '../../local/stand-ins/faults.ts'
import type { BusOperation } from '../../shared/peers/bus/operations.ts'

const ShownEvent: z.ZodType<PublishedEvent> = z.object({
  id: z.string(),
  type: z.string(),
  time: z.string(),
  tenantId: z.string(),
  publisher: z.string(),
  accepted: z.int(),
})

export type BusControl = {
  /** Of the last 100 events that the bus took from anybody, the tenant's: in the order in which they first came, without their data. */
  readonly events: () => Promise<readonly PublishedEvent[]>
  readonly setFaults: (...faults: readonly Fault[]) => Promise<void>
  readonly clearFaults: () => Promise<void>
  /** How often each operation was asked for. */
  readonly requests: () => Promise<Partial<Record<BusOperation, number>>>
  /** Forgets the tenant's events, faults and counts; what the broker has stays. */
  readonly reset: () => Promise<void>
}

export const busControl = (busUrl: string, tenantId: string): BusControl => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${busUrl}/_control/${path}?tenantId=${encodeURIComponent(tenantId)}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`The bus refused ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : await response.json()
  }
  return {
    events: async () => z.object({ events: z.array(ShownEvent) }).parse(await call('GET', 'events')).events,
    setFaults: async (...faults) => void (await call('PUT', 'faults', faults)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await call('GET', 'requests')).counts,
    reset: async () => void (await call('POST', 'reset')),
  }
}
