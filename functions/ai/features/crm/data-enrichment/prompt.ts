// How the model is asked to choose among what was found.
import type * as z from 'zod'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import type { DataEnrichmentInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof DataEnrichmentInput>> = {
  version: '1',
  system: instruction`You help to keep the records of a CRM right. You choose among values that were found on web pages, and add nothing to them.
When the pages do not settle a point, leave it out.`,
  parts: ({ kind, name, companyName, industries, candidates }) => [
    instruction`For each field that has several candidates which differ, choose the one that is right for this record, by its id. Leave out fields with one candidate, and fields where you cannot say.
For a company choose its industry from the list, exactly as it stands there, by what the pages say the company does. Name the candidates that say so as evidence. Answer null for a person, or when no text says it.`,
    instruction`This is the record, and the list of industries:`,
    data('record', JSON.stringify({ kind, name, companyName, industries })),
    instruction`These are the candidates, each with its id:`,
    ...candidates.map((candidate) => data(candidate.id, JSON.stringify(candidate))),
  ],
}
