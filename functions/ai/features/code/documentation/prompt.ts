// How the model is asked to document a repository.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { type Instruction, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { groundRules, repositoryData, repositoryLinks } from '../repository-prompt.ts'
import type { DocumentKind, DocumentationInput } from './contract.ts'

const outlines: Readonly<Record<DocumentKind, Instruction>> = {
  architecture: instruction`the parts of the system, what each is responsible for, how they depend on one another, and the decisions that shape it`,
  api: instruction`each endpoint or exported function: its purpose, input, output, errors and who may call it`,
  database: instruction`each table or collection: its purpose, keys, important columns, relations and what keeps it consistent`,
  deployment: instruction`how it is built, configured and released, what it needs to run, and how to roll it back`,
  onboarding: instruction`what a new developer reads, installs and runs on the first day, and where to begin with a first change`,
  'data-flow': instruction`where data enters, what transforms it, where it is stored, where it leaves, and which of it is personal or secret`,
  security: instruction`how callers are authenticated and authorized, how secrets are kept, which input is trusted, and the known weaknesses`,
  handoff: instruction`what whoever takes over has to know: the state of the code, open work, risks, critical files and access that is needed`,
}

export const prompt: FeaturePrompt<z.output<typeof DocumentationInput>> = {
  version: '1',
  system: groundRules,
  links: repositoryLinks,
  parts: ({ kind, repository, sources }) => [
    instruction`Write documentation of this repository for the engineers who maintain it. Cover ${outlines[kind]}.
Write Markdown: a title, then sections with short paragraphs, lists and tables. After each statement name the sources it rests on, such as [src/app.ts].
Where the sources do not say something that belongs here, write that it is not documented in them.`,
    ...repositoryData({ repository, sources }),
  ],
}
