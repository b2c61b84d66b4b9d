// What was found about a record on the public web, and what is chosen of it.
import * as z from 'zod'
import { CrmEnrichableKind, CrmField } from '../../../../../shared/peers/crm/enrichment-contract.ts'
import { Evidence, SourceId } from '../../source.ts'

const Found = z.strictObject({
  id: SourceId,
  field: CrmField,
  value: z.string().min(1).max(1_000),
  quote: z.string().min(1).max(500).describe('As it stands on the page'),
  page: z.url({ protocol: /^https$/ }).max(2_000),
})

export const DataEnrichmentInput = z.strictObject({
  kind: CrmEnrichableKind,
  name: z.string().trim().min(1).max(200).describe('Of the company, or of the person'),
  companyName: z.string().trim().min(1).max(200),
  industries: z.array(z.string().min(1).max(120)).max(500).describe('What an industry is chosen from'),
  candidates: z.array(Found).min(1).max(120),
})

export const DataEnrichment = z
  .object({
    choices: z
      .array(z.object({ field: CrmField, candidate: z.string().min(1).max(100).describe('Id of the candidate') }))
      .max(20)
      .describe('Of fields for which the pages say several things: the one that is right'),
    industry: z
      .object({ value: z.string().min(1).max(120).describe('One of the list'), evidence: Evidence })
      .nullable()
      .describe('Null when the texts do not say it'),
  })
  .describe('What is chosen among the values that were found. Nothing can be added to them')
