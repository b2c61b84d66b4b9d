// The night over all organizations of Hub: which ones it takes, and where it goes on when it had to stop.
import { describe, expect, inject, it } from 'vitest'
import { assetEnrichmentTable } from '../../../../functions/ai/asset-enrichment/asset-enrichment-table.ts'
import { enrichAllAssets } from '../../../../functions/ai/asset-enrichment/nightly.ts'
import type { HubClient } from '../../../../shared/peers/hub/client.ts'
import { startEnriching } from './enriching.ts'

const stack = inject('stack')

type Page = Awaited<ReturnType<HubClient['listOrganizations']>>
type Enriching = Awaited<ReturnType<typeof startEnriching>>

const organization = (id: string, status = 'active') => ({ id, slug: id, name: 'A tenant', status, products: [] })
const pageOf = (organizations: readonly object[], nextCursor?: string) => ({ organizations, nextCursor }) as Page

/** With an asset that a night would enrich. */
const startWilling = async (): Promise<Enriching> => {
  const enriching = await startEnriching(stack)
  await enriching.setSettings({ nightlyAssetEnrichment: true })
  await enriching.putAsset()
  return enriching
}

/** @param pages of Hub, by their cursors. */
const nightOver = async (
  { services }: Enriching,
  pages: (cursor: string | undefined) => Page,
  signal?: AbortSignal,
) => {
  const asked: (string | undefined)[] = []
  const listOrganizations: HubClient['listOrganizations'] = ({ cursor } = {}) => {
    asked.push(cursor)
    return Promise.resolve(pages(cursor))
  }
  const hub = () => Promise.resolve({ listOrganizations } as HubClient)
  await enrichAllAssets({ ...services, hub }, signal ?? AbortSignal.timeout(60_000))
  return asked
}

describe('a night over all organizations', () => {
  it('leaves out those that are suspended', async () => {
    const [active, suspended] = [await startWilling(), await startWilling()]
    const page = pageOf([organization(suspended.tenantId, 'suspended'), organization(active.tenantId)])
    await nightOver(active, () => page)
    expect([await active.enrichments(), await suspended.enrichments()]).toEqual([[expect.anything()], []])
  })

  it('goes on with the organizations that the one before had no time for, and then begins anew', async () => {
    const [first, second] = [await startWilling(), await startWilling()]
    const stopping = new AbortController()
    const pages = (cursor: string | undefined) => {
      if (cursor === undefined) return pageOf([organization(first.tenantId)], 'page-2')
      return pageOf([organization(second.tenantId)])
    }
    const stopped = (cursor: string | undefined) => {
      if (cursor !== undefined) stopping.abort()
      return pages(cursor)
    }
    expect(await nightOver(first, stopped, stopping.signal)).toEqual([undefined, 'page-2'])
    expect(await second.enrichments()).toEqual([])
    expect(await nightOver(first, pages)).toEqual(['page-2'])
    expect(await second.enrichments()).toHaveLength(1)
    expect(await first.store.open(assetEnrichmentTable).night.get({ job: 'night' })).toBeUndefined()
    expect(await nightOver(first, pages)).toEqual([undefined, 'page-2'])
  })
})
