// How the model is asked for technical debt.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { groundRules, repositoryData, repositoryLinks } from '../repository-prompt.ts'
import type { DebtInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof DebtInput>> = {
  version: '1',
  system: groundRules,
  links: repositoryLinks,
  parts: ({ repository, sources, findings = [] }) => [
    instruction`List the technical debt of this repository. Put what to do first at the top: what is severe and cheap before what is mild and costly.
For each item name the ids of the sources that show it. Leave out what no source shows. Summarize in at most five sentences.`,
    ...repositoryData({ repository, sources }),
    ...(findings.length > 0 ? [instruction`Tools have found this:`, data('findings', JSON.stringify(findings))] : []),
  ],
}
