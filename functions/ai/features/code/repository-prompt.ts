// What every prompt about a repository says first, and how the repository is shown to the model.
import { type Instruction, type PromptPart, data, instruction } from '../../../../shared/ai/safety/prompt-parts.ts'
import type { Source } from '../source.ts'
import type { Repository } from './repository.ts'

export const groundRules: Instruction = instruction`You work for the engineers of a managed service provider. Use only what the sources say.
Never invent a file, a name, a figure or a link. When the sources do not answer something, say so.`

type About = { readonly repository: Repository; readonly sources: readonly Source[] }

export const repositoryData = ({ repository, sources }: About): readonly PromptPart[] => [
  instruction`This is the repository:`,
  data('repository', JSON.stringify(repository)),
  instruction`These are the sources, each with its id:`,
  ...sources.map(({ id, title, text }) => data(id, title === undefined ? text : `${title}\n${text}`, sourceTextMax)),
]

/** Longer than any source is. */
const sourceTextMax = 50_000

export const repositoryLinks = ({ sources }: Pick<About, 'sources'>): readonly string[] =>
  sources.flatMap(({ url }) => (url === undefined ? [] : [url]))
