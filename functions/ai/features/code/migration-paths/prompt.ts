// How the model is asked for ways to migrate.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { groundRules, repositoryData, repositoryLinks } from '../repository-prompt.ts'
import type { MigrationInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof MigrationInput>> = {
  version: '1',
  system: groundRules,
  links: repositoryLinks,
  parts: ({ repository, sources, goal, constraints = [] }) => [
    instruction`Compare up to five ways to bring this repository to the goal below, the one that you recommend first. Give each way its steps in order, its risks,
and the ids of the sources that it rests on. Put what has to be known first, and no source tells, under the open questions.`,
    instruction`This is the goal, with what must hold on the way:`,
    data('goal', JSON.stringify({ goal, constraints })),
    ...repositoryData({ repository, sources }),
  ],
}
