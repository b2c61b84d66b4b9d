// Documentation by rule: what can be read off the files, and what people have written in them. For when no model can be asked.
import type * as z from 'zod'
import { chooseSentences } from '../../../../../shared/ai/offline/sentence-choice.ts'
import { summaryOf } from '../../../../../shared/ai/offline/summary.ts'
import type { Source } from '../../source.ts'
import type { DocumentKind, DocumentationInput } from './contract.ts'
import { type FileUse, fileUses } from './file-uses.ts'
import { type Section, outlines } from './outline.ts'
import { code } from './read-fact.ts'
import { type SourceFact, factsOf } from './source-facts.ts'

const titles: Readonly<Record<DocumentKind, string>> = {
  architecture: 'Architecture',
  api: 'API',
  database: 'Database',
  deployment: 'Deployment',
  onboarding: 'First day',
  'data-flow': 'Data flow',
  security: 'Security',
  handoff: 'Handoff',
}

const linesMax = 25
const citationsMax = 3
const sentencesMax = 6
const sentenceBytesMax = 2_000

export const fallback = ({ kind, repository, sources }: z.output<typeof DocumentationInput>): string => {
  const read = { sources, facts: factsOf(sources), uses: fileUses(sources) }
  const sections = outlines[kind].map((section) => ({ section, lines: linesOf(section, read) }))
  const found = sections.filter(({ lines }) => lines.length > 0)
  const missing = sections.filter(({ lines }) => lines.length === 0).map(({ section }) => section.heading.toLowerCase())
  const shown = found.flatMap(({ section, lines }) => sectionOf(section.heading, cut(lines)))
  return [
    `# ${titles[kind]} of ${code(repository.name)}`,
    `Read off ${sources.length} ${sources.length === 1 ? 'source' : 'sources'} by rule: it lists what stands in them, and leaves the explaining to people.`,
    ...(shown.length > 0 ? shown : sectionOf('What the sources say', told(sources))),
    ...sectionOf(
      'Not found in these sources',
      missing.map((heading) => `- ${heading}`),
    ),
  ].join('\n\n')
}

/** Nothing where there are no lines. */
const sectionOf = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`## ${heading}\n\n${lines.join('\n')}`]

type Read = {
  readonly sources: readonly Source[]
  readonly facts: readonly SourceFact[]
  readonly uses: readonly FileUse[]
}

/** Items of a list, in Markdown, each with the sources that it rests on. */
const linesOf = (section: Section, read: Read): readonly string[] => {
  if ('facts' in section)
    return read.facts
      .filter(({ kind }) => section.facts.includes(kind))
      .map(({ text, sourceIds }) => item(text, sourceIds))
  if ('said' in section) return quoted(section.said, read.sources)
  if (section.files === 'by-folder') return folders(read.sources)
  return section.files === 'uses' ? usesByFile(read.uses) : mostUsed(read.uses)
}

const item = (text: string, sourceIds: readonly string[]): string =>
  `- ${text} ${sourceIds
    .slice(0, citationsMax)
    .map((id) => `[${id}]`)
    .join(' ')}${sourceIds.length > citationsMax ? ` and ${sourceIds.length - citationsMax} more` : ''}`

const cut = (lines: readonly string[]): readonly string[] =>
  lines.length <= linesMax ? lines : [...lines.slice(0, linesMax), `- and ${lines.length - linesMax} more`]

const anyFile = /(?:^|\/)[\w.-]*\.\w{1,12}$/

const quoted = (words: string, sources: readonly Source[]): readonly string[] => {
  const texts = sources.map(({ id, text }) => ({ id, text: peoplesWords(id, text) }))
  return chooseSentences(words, texts, { max: sentencesMax, bytesMax: sentenceBytesMax }).map(
    ({ materialId, sentence }) => item(sentence.replaceAll(/\s+/g, ' '), [materialId]),
  )
}

/** Where no file says anything that belongs to the kind. */
const told = (sources: readonly Source[]): readonly string[] =>
  summaryOf(
    sources.map(({ id, text }) => ({ id, text: peoplesWords(id, text) })),
    sentencesMax,
  ).map(({ id, sentence: words }) => item(words.replaceAll(/\s+/g, ' '), [id]))

const written = /\.(?:md|txt|rst|adoc)$/i
const comment = /^\s{0,40}(?:\/\/+|#+|\*+|--+|\/\*+)\s{0,8}(\p{L}.{0,400})$/u
const sentence = /^\p{Lu}[^{};=<>()[\]]{10,400}[.!?]$/u

/** What people wrote for people: texts, and in files of code the comments. */
const peoplesWords = (id: string, text: string): string => {
  if (written.test(id)) return text
  return text
    .split(/\r?\n/)
    .flatMap((line) => comment.exec(line)?.[1] ?? (sentence.test(line) ? line : []))
    .join('\n')
}

const folders = (sources: readonly Source[]): readonly string[] => {
  const files = Map.groupBy(
    sources.filter(({ id }) => anyFile.test(id)),
    ({ id }) => id.split('/').slice(0, -1).slice(0, 2).join('/') || 'top folder',
  )
  return [...files].map(([folder, inIt]) =>
    item(
      `${code(folder)}: ${inIt.length} ${inIt.length === 1 ? 'file' : 'files'}`,
      inIt.map(({ id }) => id),
    ),
  )
}

const usesByFile = (uses: readonly FileUse[]): readonly string[] =>
  [...Map.groupBy(uses, ({ from }) => from)].map(([from, used]) =>
    item(`${code(from)} uses ${used.map(({ to }) => code(to)).join(', ')}`, [from]),
  )

const mostUsed = (uses: readonly FileUse[]): readonly string[] =>
  [...Map.groupBy(uses, ({ to }) => to)]
    .filter(([, users]) => users.length > 1)
    .toSorted(([, one], [, other]) => other.length - one.length)
    .slice(0, 10)
    .map(([to, users]) =>
      item(
        `${code(to)}: ${users.length} files use it`,
        users.map(({ from }) => from),
      ),
    )
