// The feature of the AI Platform that each part of a study is asked from, and what it is given.
import type { Answer } from '@theone/ai-gateway/gateway'
import type { AskGateway } from './gateway.ts'
import type { Study } from './study.ts'

/** @throws AppError as `AskGateway` does */
export const askFor = async (
  ask: AskGateway,
  study: Study,
  part: string,
  userId: string | undefined,
): Promise<Answer<unknown>> => {
  const whose = userId === undefined ? {} : { userId }
  switch (study.kind) {
    case 'documentation':
      return ask('code-documentation', { kind: documentKind(part), ...readOf(study) }, whose)
    case 'debt-analysis': {
      const { findings } = study
      return ask('code-debt-analysis', { ...readOf(study), ...(findings && { findings }) }, whose)
    }
    case 'migration-paths': {
      const { goal, constraints } = study
      return ask('code-migration-paths', { ...readOf(study), goal, ...(constraints && { constraints }) }, whose)
    }
    case 'regulatory-classification': {
      const { countries } = study
      return ask('code-regulatory-classification', { ...readOf(study), ...(countries && { countries }) }, whose)
    }
    case 'critical-files':
      return ask('code-critical-files', { repository: repositoryOf(study), files: study.files.map(given) }, whose)
    case 'review-narrative': {
      const { reader } = study
      return ask('code-review-narrative', { ...readOf(study), ...(reader && { reader }) }, whose)
    }
  }
}

type DocumentKind =
  | 'architecture'
  | 'api'
  | 'database'
  | 'deployment'
  | 'onboarding'
  | 'data-flow'
  | 'security'
  | 'handoff'

/** Types of documents are spelled with an underscore, kinds of the feature with a dash. */
const documentKind = (part: string): DocumentKind => part.replaceAll('_', '-') as DocumentKind

const readOf = (study: Exclude<Study, { kind: 'critical-files' }>) => ({
  repository: repositoryOf(study),
  sources: study.sources.map(({ url, ...source }) => ({
    ...given(source),
    // The feature takes only these.
    ...(url?.startsWith('https:') && { url }),
  })),
})

const repositoryOf = ({ repository: { name }, languages, description }: Study) => ({
  name: name.slice(0, 120),
  ...(languages && { languages }),
  ...(description !== undefined && { description }),
})

type Given<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> }

/** Without what is undefined. */
const given = <Value extends object>(value: Value): Given<Value> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Given<Value>
