// The night of asset enrichments: assets with open fields, for each organization that has switched it on, a bounded number of each.
import { sweep } from '../../../shared/effects/sweep.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import { openAssetsMax } from '../../../shared/peers/cmdb/enrichment-contract.ts'
import { isSuspended } from '../../../shared/peers/hub/vocabulary.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import { decideEnrichment, writeEnrichment } from './asset-enrichment-steps.ts'
import { assetEnrichmentTable, nightly, unfinishedAssetEnrichments } from './asset-enrichment-table.ts'
import { dueAssets, putOffAsset, takeBackIn } from './putting-off.ts'
import { beginAgain, keepEnrichment } from './requesting.ts'

/** Assets of one organization in a night: those come first that were enriched longest ago. */
const assetsANight = 50

const job = 'night'
const names = { integration: 'ai→cmdb', operation: 'enrich assets at night', severity: 'normal' } as const

type Counts = { tenants: number; assets: number; failed: number }

/** @param signal aborted when the run has to stop: the next night goes on with the organizations that are left */
export const enrichAllAssets = async (services: Services, signal: AbortSignal): Promise<void> => {
  await finishEarlier(services, signal)
  const hub = await services.hub()
  const progress = services.store().open(assetEnrichmentTable).night
  const counts: Counts = { tenants: 0, assets: 0, failed: 0 }
  let cursor = (await progress.get({ job }))?.value.cursor
  do {
    const page = await hub.listOrganizations({ cursor, limit: 20 })
    for (const organization of page.organizations) {
      if (signal.aborted) return
      const done = isSuspended(organization) ? undefined : await enrichTenant(services, organization.id, { signal })
      if (!done) continue
      counts.tenants += 1
      counts.assets += done.assets
      counts.failed += done.failed
    }
    cursor = page.nextCursor
    if (cursor === undefined) await progress.delete({ job })
    else await progress.upsert({ job, cursor })
  } while (cursor !== undefined)
  log.info('ai.asset_enrichment.night', counts)
}

/** What an earlier night was cut off in. */
const finishEarlier = (services: Services, signal: AbortSignal): Promise<void> =>
  sweep(
    { name: 'ai.asset_enrichment', pending: unfinishedAssetEnrichments, ...names },
    async ({ value: { tenantId, ref } }) => {
      const row = await services.store().open(assetEnrichmentTable).enrichment.get({ tenantId, ref })
      if (row?.value.state !== 'begun') return false
      await settle(services, tenantId, ref)
      return true
    },
    services,
    signal,
  )

/**
 * One organization, or asset, that fails keeps none of the others.
 * @returns undefined for one that has not switched it on
 */
export const enrichTenant = async (
  services: Services,
  tenantId: string,
  { signal, most = assetsANight }: { readonly signal: AbortSignal; readonly most?: number },
): Promise<Omit<Counts, 'tenants'> | undefined> => {
  const { nightlyAssetEnrichment, aiOptOut } = await resolveSettings(services.store(), tenantId)
  if (!nightlyAssetEnrichment || aiOptOut) return undefined
  const tools = { store: services.store(), now: services.now }
  const begunAt = services.now()
  const event = 'ai.asset_enrichment.night_failed'
  const listed = await keptApart(tools, { ...names, tenantId, event }, async () =>
    dueAssets(services.store(), tenantId, {
      references: await (await services.cmdb()).listOpenAssets(tenantId, openAssetsMax),
      most,
      now: begunAt,
    }),
  )
  const counts = { assets: 0, failed: listed ? 0 : 1 }
  for (const assetReference of listed?.done ?? []) {
    if (signal.aborted) break
    const outcome = await keptApart(tools, { ...names, tenantId, event, facts: { assetReference } }, () =>
      enrich(services, tenantId, assetReference),
    )
    counts.assets += 1
    if (!outcome) counts.failed += 1
  }
  if (counts.failed === 0) await recordSuccess(tools, { ...names, tenantId, begunAt })
  return counts
}

const enrich = async (services: Services, tenantId: string, assetReference: string): Promise<void> => {
  const store = services.store()
  const kept = await keepEnrichment(store, { tenantId, assetReference, requestedBy: nightly }, services.now())
  if (kept.state === 'refused') await beginAgain(store, kept, kept.attempt + 1)
  try {
    await settle(services, tenantId, kept.ref)
  } catch (error) {
    const row = await store.open(assetEnrichmentTable).enrichment.get(kept)
    if (row?.value.state === 'refused') await putOffAsset(store, kept, services.now())
    throw error
  }
  await takeBackIn(store, kept)
}

const settle = async (services: Services, tenantId: string, requestId: string): Promise<void> => {
  const [store, now] = [services.store(), services.now()]
  const marked = { tenantId, ref: requestId, createdAt: now.toISOString() }
  const marker = await unfinishedAssetEnrichments.mark(store, marked, now)
  const step = { services, tenantId, requestId }
  const { stopped } = await decideEnrichment(step)
  if (!stopped) await writeEnrichment(step)
  await unfinishedAssetEnrichments.clear(store, marker)
}
