// How the model is asked which regulations may apply.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { groundRules, repositoryData, repositoryLinks } from '../repository-prompt.ts'
import type { RegulatoryInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof RegulatoryInput>> = {
  version: '1',
  system: groundRules,
  links: repositoryLinks,
  parts: ({ repository, sources, countries = [] }) => [
    instruction`Say which regulations may apply to what this repository does with data. Judge by what is stored, sent and computed in the sources.
Say "likely" only where a source shows data or a purpose that the regulation names, "possibly" where that depends on something no source tells.
Name the ids of the sources for each. Leave a regulation out that no source speaks for or against. This is no legal advice.`,
    instruction`It is used in these countries:`,
    data('countries', countries.length > 0 ? countries.join(', ') : 'not known'),
    ...repositoryData({ repository, sources }),
  ],
}
