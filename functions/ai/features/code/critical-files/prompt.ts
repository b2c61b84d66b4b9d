// How the model is asked for the files that matter at a handoff.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { groundRules } from '../repository-prompt.ts'
import type { CriticalFilesInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof CriticalFilesInput>> = {
  version: '1',
  system: groundRules,
  parts: ({ repository, files }) => [
    instruction`Somebody takes this repository over. Name up to 25 files that they have to know first, the most important first, each with one sentence that says why.
Judge by what depends on a file, how often it changes, how few people know it, and what it does. Use each path as it stands; it is the id of its source.`,
    instruction`This is the repository:`,
    data('repository', JSON.stringify(repository)),
    instruction`These are its files, each with its path as the id:`,
    ...files.map((file) => data(file.path, JSON.stringify(file))),
  ],
}
