// What the endpoints of asset enrichments take and answer.
import * as z from 'zod'
import { flowStates } from '../../../shared/flows/flow-request.ts'
import { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { AssetSource, assetStops } from './asset-enrichment-table.ts'

export const Listing = z.strictObject(pageQuery(25))
export const AssetEnrichmentPath = z.strictObject({ enrichmentId: OwnId })

export const AssetEnrichmentRequest = z.strictObject({
  assetReference: OpaqueId.describe('External reference of the asset in CMDB'),
})

export const Accepted = z
  .object({
    id: z.string(),
    outcome: z
      .enum(['started', 'restarted', 'existing'])
      .describe('restarted: the last attempt had failed; existing: it was asked for today already'),
    progressUrl: z.string().describe('Path of its progress, relative to the origin of this API'),
  })
  .meta({ id: 'AcceptedAssetEnrichment' })

export const ShownAssetEnrichment = z
  .object({
    id: z.string(),
    assetReference: z.string(),
    requestedBy: z.enum(['person', 'product', 'nightly']),
    state: z.enum(flowStates),
    stop: z
      .enum(assetStops)
      .optional()
      .describe('Why nothing was written. no-such-asset: CMDB has no such asset, or it is retired'),
    sources: z
      .array(AssetSource)
      .describe(
        'What each product was asked for. ambiguous: it takes several devices for the asset, and nothing of them is taken. could-not-be-read: it did not answer, or not as agreed; there is an incident',
      ),
    written: z.array(z.string()).optional().describe('Fields that CMDB has written'),
    proposed: z.array(z.string()).optional().describe('Fields of which a person decides in CMDB'),
    url: z.string().optional().describe('The asset in CMDB'),
    progress: ShownRequest.shape.progress,
    problem: ShownRequest.shape.problem,
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
  })
  .meta({ id: 'AssetEnrichment', description: 'The enrichment of an asset of CMDB, and how far it is' })
export type ShownAssetEnrichment = z.input<typeof ShownAssetEnrichment>

export const AssetEnrichments = z
  .object({ enrichments: z.array(ShownAssetEnrichment.omit({ progress: true })), nextCursor })
  .meta({ id: 'AssetEnrichments' })
