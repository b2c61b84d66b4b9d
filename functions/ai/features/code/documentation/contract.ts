// What the documentation of a repository is written from.
import * as z from 'zod'
import { repositoryInput } from '../repository.ts'

export const documentKinds = [
  'architecture',
  'api',
  'database',
  'deployment',
  'onboarding',
  'data-flow',
  'security',
  'handoff',
] as const
export type DocumentKind = (typeof documentKinds)[number]

export const DocumentationInput = z.strictObject({
  kind: z.enum(documentKinds),
  ...repositoryInput,
})
