// How the model is asked to tell the review of an application.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { groundRules, repositoryData, repositoryLinks } from '../repository-prompt.ts'
import type { ReviewInput } from './contract.ts'

const readers = {
  engineer: instruction`an engineer who maintains it`,
  manager: instruction`a manager who decides what is done next`,
  client: instruction`the client who owns it and is no engineer`,
} as const

export const prompt: FeaturePrompt<z.output<typeof ReviewInput>> = {
  version: '1',
  system: groundRules,
  links: repositoryLinks,
  parts: ({ repository, sources, reader = 'manager' }) => [
    instruction`Tell the review of this application to ${readers[reader]}, in at most six paragraphs of plain prose: what it does, what is in good order, what is not and
why that matters, and what to do next. After each statement name the sources it rests on, such as [review-1].`,
    ...repositoryData({ repository, sources }),
  ],
}
