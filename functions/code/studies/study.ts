// A study of a repository as it is asked for (CODE-7): which kind, of what, from which material.
import * as z from 'zod'
import { refuseUnknownSources } from '../../../shared/schema/listed-ids.ts'
import { name, paragraphs, shortened, webLink, withoutSecret } from '../../../shared/text/text-schema.ts'
import { DocumentType } from '../sources/contract.ts'
import { Repository } from '../repository.ts'

const sourcesMax = 60
const sourceTextMax = 40_000

/** What an answer can repeat without a slip. */
const SourceId = withoutSecret(
  z.string().regex(/^[A-Za-z0-9:/_.#-]{1,100}$/, 'must be 1 to 100 letters, digits, or one of : / _ . # -'),
).describe('How the answer refers to it: a path, a number, a key')

const Source = z.strictObject({
  id: SourceId,
  title: shortened(200).optional(),
  url: webLink.optional().describe('The answer may link to it, and to nothing else. Only https'),
  text: paragraphs().max(sourceTextMax),
})

const once = (items: readonly string[]): boolean => new Set(items).size === items.length

const Sources = z
  .array(Source)
  .min(1)
  .max(sourcesMax)
  .refine((sources) => once(sources.map(({ id }) => id)), 'has an id twice')
  .describe('Files, findings and facts of the repository. The answer rests on these alone')

const about = {
  repository: Repository,
  languages: z.array(name(120)).max(20).optional(),
  description: shortened(1_000).optional(),
}
const read = { ...about, sources: Sources }

const File = z.strictObject({
  path: SourceId,
  lines: z.int().min(0).optional(),
  changes: z.int().min(0).optional().describe('Commits of the last year that touch it'),
  authors: z.int().min(0).optional().describe('People who have changed it in the last year'),
  dependents: z.int().min(0).optional().describe('Files that import it'),
  excerpt: paragraphs().max(4_000).optional(),
})

const Finding = z.strictObject({
  sourceId: SourceId.describe('The source that it is about'),
  kind: z.enum(['dependency', 'complexity', 'duplication', 'tests', 'security', 'documentation', 'design']),
  title: shortened(200),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
})

export const Study = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('documentation'),
      documents: z.array(DocumentType).min(1).max(8).refine(once, 'has a document twice'),
      ...read,
    }),
    z.strictObject({ kind: z.literal('debt-analysis'), findings: z.array(Finding).max(200).optional(), ...read }),
    z.strictObject({
      kind: z.literal('migration-paths'),
      goal: shortened(500).describe('Where it shall go: a platform, a version, a cloud'),
      constraints: z.array(shortened(500)).max(20).optional().describe('What must hold on the way'),
      ...read,
    }),
    z.strictObject({
      kind: z.literal('regulatory-classification'),
      countries: z
        .array(z.string().regex(/^[A-Z]{2}$/, 'must be a country code of two letters, e.g. DE'))
        .max(50)
        .optional(),
      ...read,
    }),
    z.strictObject({
      kind: z.literal('critical-files'),
      files: z
        .array(File)
        .min(1)
        .max(300)
        .refine((files) => once(files.map(({ path }) => path)), 'has a path twice'),
      ...about,
    }),
    z.strictObject({
      kind: z.literal('review-narrative'),
      reader: z.enum(['engineer', 'manager', 'client']).optional().describe('Default manager'),
      ...read,
    }),
  ])
  .check(({ value, issues }) => {
    if (value.kind === 'debt-analysis') refuseUnknownSources(value, issues)
  })
  .meta({ id: 'StudyRequest' })
export type Study = z.output<typeof Study>

export const studyKinds = [
  'documentation',
  'debt-analysis',
  'migration-paths',
  'regulatory-classification',
  'critical-files',
  'review-narrative',
] as const satisfies readonly Study['kind'][]

/** What is read is kept apart from what is asked, since it may be large. */
export const withoutMaterial = (study: Study): { readonly asked: object; readonly material: readonly object[] } => {
  if (study.kind === 'critical-files') {
    const { files, ...asked } = study
    return { asked, material: files }
  }
  const { sources, ...asked } = study
  return { asked, material: sources }
}

/** The way back from `withoutMaterial`. */
export const withMaterial = (asked: Readonly<Record<string, unknown>>, material: readonly unknown[]): Study =>
  ({ ...asked, [asked['kind'] === 'critical-files' ? 'files' : 'sources']: material }) as Study

/** A document each, or the one answer. */
export const partsOf = (study: Pick<Study, 'kind'> & { readonly documents?: readonly string[] }): readonly string[] =>
  study.kind === 'documentation' ? (study.documents ?? []) : ['answer']
