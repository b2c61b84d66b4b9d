// What the endpoints of enrichments take and answer.
import * as z from 'zod'
import { flowStates } from '../../../shared/flows/flow-request.ts'
import { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { CrmEnrichableKind } from '../../../shared/peers/crm/enrichment-contract.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { pageFaults } from '../../../shared/web/site-visit.ts'
import { enrichmentStops } from './enrichment-table.ts'

export const Listing = z.strictObject(pageQuery(25))
export const EnrichmentPath = z.strictObject({ enrichmentId: OwnId })

export const EnrichmentRequest = z.strictObject({
  kind: CrmEnrichableKind,
  id: OpaqueId.describe('Of the company or the contact in CRM'),
})

export const Accepted = z
  .object({
    id: z.string(),
    outcome: z
      .enum(['started', 'restarted', 'existing'])
      .describe('restarted: the last attempt had failed; existing: it was asked for today already'),
    progressUrl: z.string().describe('Path of its progress, relative to the origin of this API'),
  })
  .meta({ id: 'AcceptedEnrichment' })

export const ShownEnrichment = z
  .object({
    id: z.string(),
    record: z.object({ kind: CrmEnrichableKind, id: z.string() }),
    state: z.enum(flowStates),
    stop: z
      .enum(enrichmentStops)
      .optional()
      .describe(
        'Why nothing was written. source-data-unavailable: CRM has no such record. no-web-site: neither a web site nor addresses of its people are known. parked, another-organization: the site is not theirs. nothing-found: the pages say nothing that CRM has a field for',
      ),
    pages: z
      .array(z.object({ url: z.string(), fault: z.enum(pageFaults).optional() }))
      .describe('Pages that were asked for'),
    written: z.array(z.string()).optional().describe('Fields that CRM has written'),
    proposed: z.array(z.string()).optional().describe('Fields of which a person decides in CRM'),
    url: z.string().optional().describe('The record in CRM'),
    progress: ShownRequest.shape.progress,
    problem: ShownRequest.shape.problem,
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
  })
  .meta({ id: 'Enrichment', description: 'The enrichment of a record of CRM, and how far it is' })
export type ShownEnrichment = z.input<typeof ShownEnrichment>

export const Enrichments = z
  .object({ enrichments: z.array(ShownEnrichment.omit({ progress: true })), nextCursor })
  .meta({ id: 'Enrichments' })
