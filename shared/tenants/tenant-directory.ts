// Which organizations there are: Hub's word, remembered, so that work for a known tenant goes on while Hub is away.
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { AppError } from '../errors.ts'
import type { ReadHubOrganization } from '../peers/hub/answers.ts'
import type { HubClient } from '../peers/hub/client.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'

const KnownTenant = z.strictObject({ tenantId: z.string(), name: z.string().optional(), seenAt: z.iso.datetime() })

export const tenantTable = table('tenants', {
  tenant: rowKind({
    schema: KnownTenant,
    partition: ['tenantId'],
    key: [],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

export type TenantDirectory = {
  /**
   * Resolves when Hub has, or lately had, this organization. Throws `tenant-unknown` when it has not, and the errors of the Hub client
   * when it cannot say and the tenant was never seen before. What was seen is believed for a day, and for as long as Hub is away after
   * that; a refusal for 10 seconds.
   */
  readonly requireTenant: (tenantId: string) => Promise<void>
}

type Parts = { readonly store: Store; readonly hub: () => Promise<HubClient>; readonly now: () => Date }

/** How long this process does not even look into the table. */
const knownMs = 60_000
const unknownMs = 10_000
const cacheSizeMax = 10_000
/** After that Hub is asked again. */
const freshMs = 24 * 3_600_000

export const createTenantDirectory = ({ store, hub, now }: Parts): TenantDirectory => {
  const rows = store.open(tenantTable)

  const isKnown = async (tenantId: string): Promise<boolean> => {
    const row = await rows.tenant.get({ tenantId })
    if (row && now().getTime() - Date.parse(row.value.seenAt) < freshMs) return true
    let organization: ReadHubOrganization | undefined
    try {
      organization = await (await hub()).getOrganization(tenantId)
    } catch (error) {
      if (!row) throw error
      log.warn('tenant.lookup.stale', { tenantId, seenAt: row.value.seenAt, error })
      return true
    }
    if (organization) {
      const { name } = organization
      await rows.tenant.upsert({ tenantId, ...(name !== undefined && { name }), seenAt: now().toISOString() })
    }
    // Or it would be known again as soon as Hub is away.
    if (!organization && row) await rows.tenant.delete({ tenantId })
    return organization !== undefined
  }

  const cache = new LRUCache<string, boolean>({
    max: cacheSizeMax,
    ttl: unknownMs,
    ttlResolution: 0,
    perf: { now: () => now().getTime() },
    // Those who ask at the same time share one answer, and a failure is not remembered.
    fetchMethod: async (tenantId, _stale, { options }) => {
      const known = await isKnown(tenantId)
      options.ttl = known ? knownMs : unknownMs
      return known
    },
  })

  return {
    requireTenant: async (tenantId) => {
      if ((await cache.fetch(tenantId)) !== true)
        throw new AppError('tenant-unknown', 'Hub does not know an organization with the tenant id of the message.')
    },
  }
}
