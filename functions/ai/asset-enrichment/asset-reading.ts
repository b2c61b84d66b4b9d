// Reads what RMM, Defend and The One Code know of an asset. A product that cannot be read keeps none of the others back: it is said, and an incident.
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import type { Integration } from '../../../shared/integrations.ts'
import type { ReadCmdbAssetFields } from '../../../shared/peers/cmdb/enrichment-client.ts'
import type { Services } from '../../../shared/services.ts'
import {
  type AssetCandidate,
  applicationCandidates,
  defendCandidates,
  repositoryCandidates,
  rmmCandidates,
} from './asset-candidates.ts'
import type { AssetSource } from './asset-enrichment-table.ts'

type AssetKnowledge = { readonly sources: readonly AssetSource[]; readonly candidates: readonly AssetCandidate[] }

type Reading = {
  readonly product: AssetSource['product']
  readonly integration: Integration
  readonly read: () => Promise<readonly AssetCandidate[] | 'not-found' | 'ambiguous'>
}

export const readKnowledge = async (
  services: Services,
  tenantId: string,
  asset: ReadCmdbAssetFields,
): Promise<AssetKnowledge> => {
  const readings =
    asset.kind === 'software' ? softwareReadings(services, tenantId, asset) : deviceReadings(services, tenantId, asset)
  const read = await Promise.all(readings.map((reading) => readApart(services, tenantId, reading)))
  return { sources: read.map(({ source }) => source), candidates: read.flatMap(({ candidates }) => candidates) }
}

const deviceReadings = (services: Services, tenantId: string, asset: ReadCmdbAssetFields): readonly Reading[] => {
  const { externalReference } = asset
  return [
    {
      product: 'rmm',
      integration: 'suite→rmm',
      read: async () =>
        theOne(await (await services.rmm()).listDevicesOfAsset(tenantId, externalReference), (device) =>
          rmmCandidates(device, services.now()),
        ),
    },
    {
      product: 'defend',
      integration: 'suite→defend',
      read: async () =>
        theOne(await (await services.defend()).listDevicesOfAsset(tenantId, externalReference), (device) =>
          defendCandidates(device, services.now()),
        ),
    },
    {
      product: 'code',
      integration: 'ai→cmdb',
      read: async () => {
        const found = applicationCandidates(asset, services.now())
        return found.length === 0 ? 'not-found' : found
      },
    },
  ]
}

const softwareReadings = (
  services: Services,
  tenantId: string,
  { repositoryAsset }: ReadCmdbAssetFields,
): readonly Reading[] => [
  {
    product: 'code',
    integration: 'ai→cmdb',
    read: async () => {
      if (repositoryAsset === undefined || repositoryAsset === null) return 'not-found'
      const found = await (await services.cmdb()).getAsset(tenantId, repositoryAsset)
      return found?.state === 'active' ? repositoryCandidates(found, services.now()) : 'not-found'
    },
  },
]

/** Which of several devices the asset is nobody can say: nothing of them is taken. */
export const theOne = <Device>(
  devices: readonly Device[],
  candidatesOf: (device: Device) => readonly AssetCandidate[],
): readonly AssetCandidate[] | 'not-found' | 'ambiguous' => {
  const [device, another] = devices
  if (device === undefined) return 'not-found'
  return another === undefined ? candidatesOf(device) : 'ambiguous'
}

const readApart = async (
  services: Services,
  tenantId: string,
  { product, integration, read }: Reading,
): Promise<{ readonly source: AssetSource; readonly candidates: readonly AssetCandidate[] }> => {
  const tools = { store: services.store(), now: services.now }
  const names = { integration, operation: 'read what is known of assets', tenantId }
  const event = 'ai.asset_enrichment.source_not_read'
  const outcome = await keptApart(tools, { ...names, event, facts: { product } }, async () => {
    const begunAt = services.now()
    const found = await read()
    await recordSuccess(tools, { ...names, begunAt })
    return found
  })
  if (outcome === undefined) return { source: { product, outcome: 'could-not-be-read' }, candidates: [] }
  return typeof outcome.done === 'string'
    ? { source: { product, outcome: outcome.done }, candidates: [] }
    : { source: { product, outcome: 'read' }, candidates: outcome.done }
}
